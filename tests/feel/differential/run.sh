#!/bin/sh
# run.sh ICP FOLDER COUNT SEED: installs the other interpreter into FOLDER once and compares. 77: it is not there.
set -eu
icp=$1 folder=$2 count=$3 seed=$4
here=$(dirname "$0")
command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: no node or npm"; exit 77; }
# Installed beside and moved when it is whole; a minute is enough for two small packages, or there is no way to them.
if ! cmp -s "$here/package-lock.json" "$folder/package-lock.json"; then
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new"
    cp "$here/package.json" "$here/package-lock.json" "$folder.new/"
    timeout 60 npm ci --prefix "$folder.new" --ignore-scripts --no-audit --no-fund --fetch-retries=1 >"$folder.log" 2>&1 ||
        { rm -rf "$folder.new"; echo "skipped: the other interpreter cannot be installed"; exit 77; }
    mv "$folder.new" "$folder"
fi
exec node "$here/compare.mjs" "$icp" "$folder" "$count" "$seed"
