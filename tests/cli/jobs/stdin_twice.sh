echo 5 | nbang - -
