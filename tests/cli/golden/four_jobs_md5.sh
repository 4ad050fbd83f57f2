# The first command of the README.
nbang -q 5000 6000 7000 80000 | md5sum >sum
read -r md5 _ <sum
[ "$md5" = "$(golden "5000 6000 7000 80000" md5)" ]
