# Every digit of small results, the ends of 64 bits (20!, 21!) among them.
nbang -q 0 1 2 20 21 25 100 1000 >out
cat "$GOLDEN"/digits/{0,1,2,20,21,25,100,1000}.txt | cmp - out
