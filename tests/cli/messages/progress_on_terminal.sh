# On a terminal progress and results share, each result has its line to itself.
command -v script >/dev/null || skip "no script(1) to make a terminal with"
script -qec "$NBANG -j 1 25 3000000 20" /dev/null | tr -d '\n' | tr '\r' '\n' >shown
for n in 25 20; do grep -cxf "$GOLDEN/digits/$n.txt" shown; done
