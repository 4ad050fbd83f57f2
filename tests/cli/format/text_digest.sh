# sha256sum of "120" and of "1".
nbang -q --format=text --digest 5 0
