nbang -q --format=text 1e1 0..2
