#!/bin/sh
# Scoring a file, compared: icp against DuckDB, node by hand and C by hand with libcsv. Everybody does the scorecard
# of tests/bench/scorecard.icp.yaml (forty rules, the three largest reasons) over the same generated leads; first
# their outputs are compared byte for byte on a small file, then all are timed in turn, round after round.
#
#   tests/bench/score.sh [ICP] [ROWS] [ROUNDS]     default: build/release/plugin/commands/icp, 1000000, 3
#
# Needs gcc, libcsv-dev, node and npm (which brings DuckDB, once, to ~/.cache/icp-bench or $ICP_BENCH_CACHE).
# Whole processes, start and end included; the medians are printed. A comparison, not a test: nothing here fails on
# a slow machine, only when outputs differ.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
icp=$(realpath "${1:-$here/../../build/release/plugin/commands/icp}")
rows=${2:-1000000} rounds=${3:-3}
cache=${ICP_BENCH_CACHE:-$HOME/.cache/icp-bench}
work=$(mktemp -d "${TMPDIR:-/tmp}/icp-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
for tool in gcc node npm; do
    command -v $tool >/dev/null || { echo "needs $tool" >&2; exit 1; }
done
mkdir -p "$cache"
[ -d "$cache/node_modules/@duckdb/node-api" ] ||
    npm install --prefix "$cache" --no-audit --no-fund --ignore-scripts @duckdb/node-api@1.5.6-r.1 >"$work/npm" 2>&1 || { cat "$work/npm" >&2; exit 1; }
export PEER_MODULES="$cache/node_modules"
gcc -O2 -o "$work/make_leads" "$here/make_leads.c"
gcc -O2 -o "$work/libcsv" "$here/peers/libcsv.c" -lcsv

leads() { # leads ROWS FORMAT
    [ -f "$work/leads-$1.$2" ] || "$work/make_leads" "$1" 1 "$2" >"$work/leads-$1.$2"
}
run() { # run PEER FORMAT ROWS OUT
    in="$work/leads-$3.$2"
    case $1 in
    icp-*) "$icp" score "$in" --rules "$here/scorecard.icp.yaml" --as-of 2026-06-30 --columns id,score,grade,reasons --to csv --quiet \
        --threads "${1#icp-}" -o "$4" ;;
    duckdb-*) node "$here/peers/duckdb.js" "$2" "$in" "$4" "${1#duckdb-}" ;;
    node) node "$here/peers/node.js" "$2" "$in" "$4" ;;
    libcsv) "$work/libcsv" "$in" "$4" ;;
    esac
}
peers_of() { [ "$1" = csv ] && echo "icp-1 icp-2 duckdb-1 duckdb-2 node libcsv" || echo "icp-1 icp-2 duckdb-1 duckdb-2 node"; }

for format in csv ndjson; do
    leads 10000 $format
    for peer in $(peers_of $format); do
        run "$peer" $format 10000 "$work/$peer.out"
        # DuckDB with several threads keeps the order of the file, as everybody does
        cmp "$work/icp-1.out" "$work/$peer.out" || { echo "$peer gives another result for $format" >&2; exit 1; }
    done
done
echo "All give the same bytes for 10,000 leads, CSV and NDJSON."

cat >"$work/time.c" <<'C'
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int count, char **arguments)
{
    struct timespec a, b;
    struct rusage u;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    (void)count;
    wait4(child, &status, 0, &u);
    clock_gettime(CLOCK_MONOTONIC, &b);
    fprintf(stderr, "%.4f %.4f %.1f\n", (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9,
            (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
            (double)u.ru_maxrss / 1024);
    return status != 0;
}
C
gcc -O2 -o "$work/time" "$work/time.c"
timed() { # timed PEER FORMAT ROWS: "wall cpu MiB" at the end of a file of the peer
    in="$work/leads-$3.$2"
    case $1 in
    icp-*) set -- "$1" "$2" "$icp" score "$in" --rules "$here/scorecard.icp.yaml" --as-of 2026-06-30 --columns id,score,grade,reasons --to csv --quiet --threads "${1#icp-}" -o "$work/out" ;;
    duckdb-*) set -- "$1" "$2" node "$here/peers/duckdb.js" "$2" "$in" "$work/out" "${1#duckdb-}" ;;
    node) set -- "$1" "$2" node "$here/peers/node.js" "$2" "$in" "$work/out" ;;
    libcsv) set -- "$1" "$2" "$work/libcsv" "$in" "$work/out" ;;
    esac
    peer=$1 format=$2
    shift 2
    "$work/time" "$@" 2>>"$work/$format.$peer.times"
}
median() { # median FILE COLUMN
    sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'
}

for format in csv ndjson; do
    leads "$rows" $format
    for peer in $(peers_of $format); do
        : >"$work/$format.$peer.times"
    done
    for round in $(seq "$rounds"); do
        for peer in $(peers_of $format); do
            timed "$peer" $format "$rows"
        done
    done
    one=$(median "$work/$format.duckdb-1.times" 1) two=$(median "$work/$format.duckdb-2.times" 1)
    printf '\n%s, %s leads, %s\n\n| who | seconds | CPU seconds | leads/s | peak MiB | times DuckDB at the same threads |\n|---|---|---|---|---|---|\n' \
        "$format" "$rows" "$(wc -c <"$work/leads-$rows.$format" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
    for peer in $(peers_of $format); do
        against=$one
        case $peer in *-2) against=$two ;; esac
        printf '| %s | %s | %s | %s | %s | %s |\n' "$peer" "$(median "$work/$format.$peer.times" 1)" "$(median "$work/$format.$peer.times" 2)" \
            "$(awk "BEGIN { printf \"%d k\", $rows / $(median "$work/$format.$peer.times" 1) / 1000 }")" \
            "$(median "$work/$format.$peer.times" 3)" "$(awk "BEGIN { printf \"%.1f\", $against / $(median "$work/$format.$peer.times" 1) }")"
    done
done
leads 1000 csv
: >"$work/csv.icp-1.times"
for round in 1 2 3 4 5 6 7 8 9; do timed icp-1 csv 1000; done
printf '\n1,000 leads, the whole run: %s s\n' "$(median "$work/csv.icp-1.times" 1)"
