# A report is a page that needs nothing else, with the trace of a run; a chart is an SVG. What ends
# in something else is neither.
nbang bench -q --runs=3 --workload=strong-1e6-v1 --report=r.html --report=r.svg
head -c 15 r.html
echo
for what in 'Where the time goes' 'Share of all workers' 'strong-1e6-v1' '<svg'; do
    grep -qi -- "$what" r.html || echo "no $what"
done
grep -Eo '(src|href)="?https?:' r.html || echo "nothing from elsewhere"
head -n 1 r.svg | grep -o '<svg'
! nbang bench --report=r.pdf
