# A command that fails is an error that names it and shows what it said last, never a result.
code nbang ab true 'seq 8 >&2; exit 3' --export json=result
ls
code nbang ab 'no-such-command' true
code nbang ab true 'kill -9 $$'
code nbang ab --show-output true 'echo why >&2; false'
code nbang ab --time-limit 10ms 'sleep 100' true
