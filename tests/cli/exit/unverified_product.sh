# 4: a product that fails its check on split digits too, in a number too large for GMP, whether or
# not results are checked as a whole.
for options in -q '-q --no-verify'; do
    # shellcheck disable=SC2086 # a list of options
    code faulty product:0,split-product:0 $options --format=text 5 2000001 6
done
