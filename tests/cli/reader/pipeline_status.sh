# In a pipeline, as a shell sees it.
set +o pipefail
nbang 20000..60000 | head -c 10
echo " ${PIPESTATUS[*]}"
