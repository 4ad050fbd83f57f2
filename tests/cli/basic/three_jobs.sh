nbang 5 10 20
