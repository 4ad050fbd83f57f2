# Every way to write a number.
nbang -q 7 7! 1_0 1e1 10^1 2^3 007 0! 1e0 1E0 0^0 12e0! 1_2
