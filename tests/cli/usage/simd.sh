# Vector instructions that do not exist are a usage error, and all that do give the same digits.
wanted=$(nbang -q --digest 20000 80000)
for simd in generic avx2 avx512; do
    if found=$(NBANG_SIMD=$simd nbang -q --digest 20000 80000 2>error); then
        [ "$found" = "$wanted" ] || echo "$simd computes other digits"
    else
        grep -q "NBANG_SIMD: this machine does not have $simd" error || cat error
    fi
done
NBANG_SIMD=avx9 nbang 10
