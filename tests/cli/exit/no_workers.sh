# 7: no worker could be started.
faulty fork:0 5 6
