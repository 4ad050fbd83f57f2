code nbang compare
code nbang compare a b c
code nbang compare --fail-above=x a b
code nbang compare --inconclusive=256 a b
code nbang compare --fail-abov=5% a b
nbang compare --help | head -n 1
