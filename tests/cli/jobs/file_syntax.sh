# A file as people and editors leave it: byte order mark, CRLF, blanks, comments, blank lines, a
# last line without its end. Lines count as editors count them.
printf '\357\273\2773\r\n\r\n  4\t\n# whole line\n\n5 # after a blank\n 0..2 \n#6\n2x#7\n8' >jobs.txt
code nbang -q --format=text @jobs.txt
