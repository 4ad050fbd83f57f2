# Every wrong word is named with its option, before anything is measured.
for arguments in strong-1e6-v1 --runs=0 --runs=x --time-limit=0 --time-limit=fast --workers=0 \
    --workers=1,,2 --workers=4..2 --workers=5000 --bind=socket --order=near,far --workload=strong \
    --seed=-1 --seed=4294967296 --export=json --export=xml=F --export=json= --report=F.pdf \
    --report=.html --progress=maybe --quik --time-limit=31000h --workers=1..500; do
    code nbang bench "$arguments"
done
# One file, or standard output, cannot take two outputs.
ln -s real.json link.json
touch real.json
code nbang bench --export=json=x --export=csv=x
code nbang bench --export=json=y.html --report=y.html
code nbang bench --export=json=- --export=csv=-
code nbang bench --export=json=real.json --export=csv=link.json
