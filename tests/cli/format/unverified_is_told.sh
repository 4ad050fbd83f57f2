nbang -q --no-verify --format=json 5 | grep -o '"verified":[a-z]*'
