# Whatever bytes a line has, its record is valid: NUL, quotes, invalid UTF-8.
printf '1\0002\n"\\\n\377\376\n\303\244\n' | code nbang -q --format=json | grep -o '^{[^,]*,"input":".*","source"'
