# A job that can never fit is refused up front with the estimate and the limit; the others go on.
code nbang -q -j 1 --max-memory=128M 20 1e9 25
