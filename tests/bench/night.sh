#!/bin/sh
# What a first night costs: API calls against the least possible, time and peak memory, at two sizes.
# Usage: night.sh ICP ICP_SIM PROFILE [PEOPLE …]      (not a test: nothing here fails on a slow machine)
set -eu
icp=$1 simulator=$2 profile=$3
shift 3
[ $# -gt 0 ] || set -- 20000 200000
work=$(mktemp -d "${TMPDIR:-/tmp}/icp-bench.XXXXXX")
process=
trap 'status=$?; trap - EXIT; [ -z "$process" ] || kill "$process" 2>/dev/null || true; rm -rf "$work"; exit $status' EXIT INT TERM
command -v /usr/bin/time >/dev/null || { echo "needs /usr/bin/time (Debian package time)" >&2; exit 1; }

printf '%9s %9s %9s %9s %7s %9s %10s\n' people companies calls least ratio seconds "peak MiB"
for people in "$@"; do
    folder=$work/$people
    mkdir "$folder"
    "$simulator" --listen 127.0.0.1:0 --generate "$people" --seed 7 --no-limits >"$folder/log" 2>&1 &
    process=$!
    address=
    while [ -z "$address" ]; do
        sleep 0.2
        address=$(sed -n 's/^listening on //p' "$folder/log")
    done
    (umask 077 && printf pat-sim-demo-token >"$folder/token")
    cp "$profile" "$folder/profile.icp.yaml"
    printf 'crm: hubspot\nhubspot: {token: {file: token}, base_url: "%s"}\nrules: profile.icp.yaml\nstate: state.db\n' "$address" >"$folder/icp.yaml"
    export ICP_CONFIG="$folder/icp.yaml"
    "$icp" setup --apply --quiet >/dev/null
    "$icp" approve "$folder/profile.icp.yaml" --quiet >/dev/null
    /usr/bin/time -f '%e %M' -o "$folder/time" "$icp" sync --quiet --json >"$folder/result"
    read -r seconds kib <"$folder/time"
    number() { sed 's/.*"'"$1"'":\([0-9]*\).*/\1/' "$folder/result"; }
    companies=$(number companies_read)
    written=$(number written)
    calls=$(number calls)
    least=$(((people + 99) / 100 + (companies + 99) / 100 + 2 * ((written + 99) / 100)))
    printf '%9s %9s %9s %9s %7s %9s %10s\n' "$people" "$companies" "$calls" "$least" \
        "$(awk "BEGIN{printf \"%.4f\", $calls / $least}")" "$seconds" "$(awk "BEGIN{printf \"%.1f\", $kib / 1024}")"
    kill "$process"
    wait "$process" 2>/dev/null || true
    process=
    rm -rf "$folder"
done
