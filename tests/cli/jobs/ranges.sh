# Ranges include both ends if the step meets them, and take every form of number.
nbang -q --format=text 1..3 0..10:5 4..9:2 5..5 3!..4! 1e0..1_0:3 7..8:100 |
    sed 's/ = .*//' | paste -sd ' '
