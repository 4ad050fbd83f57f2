# Output that cannot be opened: code 6, with the reason, and before anything is computed.
mkdir directory
echo >file
code nbang -o missing/out.txt 1e9
code nbang -o directory 1e9
code nbang -o file/out.txt 1e9
code nbang --output-dir=file 1e9
code nbang --output-dir=missing/directory 1e9
code nbang --summary=missing/summary.json 1e9
