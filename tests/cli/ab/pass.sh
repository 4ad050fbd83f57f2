# One that is faster passes, and so does one that is slower by less than is allowed.
nbang ab 'sleep 0.1' 'sleep 0.01' | tail -n 1
nbang ab --fail-above 4000% 'sleep 0.01' 'sleep 0.1' | tail -n 1
