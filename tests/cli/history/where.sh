# Records are chosen by what they were measured with, and points by how they were placed.
bench=(nbang bench -q --runs=1 --workload=strong-1e6-v1 --workers=1 --db=h.db)
NBANG_SIMD=generic "${bench[@]}" --bind=core,pu
"${bench[@]}" --bind=none
ids() {
    nbang history --db=h.db --format=json "$@" | { grep -Eo '"(id|bind)": *"?[a-z0-9]*' || true; } |
        tr -d ' "' | tr '\n' ' '
    echo
}
ids
ids --where=simd=generic
ids --where=simd=generic --where=bind=pu
ids --where=bind=none --where=order=close
ids --where=bind=none --where=simd=generic
ids --where=kernel=0.0
! nbang history --db=h.db --where=cpu=3
! nbang history --db=h.db --where=bind
! nbang history --db=h.db --show=1 --where=bind=pu
