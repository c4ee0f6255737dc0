#!/bin/sh
# run.sh ICP FOLDER COUNT SEED: installs the other interpreter into FOLDER once and compares. 77: it is not there.
set -eu
icp=$1 folder=$2 count=$3 seed=$4
here=$(dirname "$0")
command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: no node or npm"; exit 77; }
mkdir -p "$folder"
if ! cmp -s "$here/package-lock.json" "$folder/package-lock.json" || [ ! -d "$folder/node_modules" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$folder/"
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund >"$folder/npm.log" 2>&1 ||
        { rm -rf "$folder/node_modules"; echo "skipped: the other interpreter cannot be installed"; exit 77; }
fi
exec node "$here/compare.mjs" "$icp" "$folder" "$count" "$seed"
