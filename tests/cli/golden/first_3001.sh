nbang -q 0..3000 | is_golden 0..3000
