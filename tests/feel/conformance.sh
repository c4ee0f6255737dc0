#!/bin/sh
# conformance.sh ICP CHECKER CASES FOLDER: runs the standard's cases through `icp eval --lines` and has the
# outcomes compared. 77: the cases are not there.
set -eu
icp=$1 checker=$2 cases=$3 folder=$4
[ -r "$cases" ] || { echo "skipped: no cases at $cases"; exit 77; }
"$icp" eval --lines --as-of 2026-01-15 <"$cases" >"$folder/conformance.ndjson"
"$checker" "$cases" "$folder/conformance.ndjson"
