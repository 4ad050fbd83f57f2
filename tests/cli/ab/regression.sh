# A command that takes several times as long is a regression, with an exit code of its own.
nbang ab --fail-above 5% 'sleep 0.01' 'sleep 0.1' | tail -n 1
