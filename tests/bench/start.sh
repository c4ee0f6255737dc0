#!/bin/sh
# How long a small run takes, start and end of the process included: the scorecard of this folder over a thousand
# leads, many times over, beside others who do the same. The best of many is the machine's own time, the median what
# one waits; both are printed in milliseconds, with the memory pages that were met one by one or asked for.
#
#   tests/bench/start.sh [ICP] [ROWS] [TIMES]     default: build/release/plugin/commands/icp, 1000, 200
#
# Needs gcc. node, libcsv (libcsv-dev) and DuckDB (as tests/bench/score.sh leaves it in ~/.cache/icp-bench) take part when
# they are there; sqlite3 shows what a start alone costs. A figure to look at, not a test.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
icp=$(realpath "${1:-$here/../../build/release/plugin/commands/icp}")
rows=${2:-1000} times=${3:-200}
export PEER_MODULES="${ICP_BENCH_CACHE:-$HOME/.cache/icp-bench}/node_modules"
work=$(mktemp -d "${TMPDIR:-/tmp}/icp-start.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

gcc -O2 -o "$work/make_leads" "$here/make_leads.c"
"$work/make_leads" "$rows" 1 csv >"$work/leads.csv"
cat >"$work/times.c" <<'C'
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
int main(int count, char **arguments) /* NAME TIMES COMMAND… */
{
    int times = atoi(arguments[2]), status, nothing = open("/dev/null", O_WRONLY);
    double *wall = calloc((size_t)times, sizeof(*wall));
    struct rusage used = {0};
    (void)count;
    for (int i = 0; i < times; i++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        pid_t child = fork();
        if (child == 0) {
            dup2(nothing, 1);
            execvp(arguments[3], arguments + 3);
            _exit(127);
        }
        wait4(child, &status, 0, &used);
        clock_gettime(CLOCK_MONOTONIC, &b);
        if (status != 0)
            return 1;
        wall[i] = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    }
    qsort(wall, (size_t)times, sizeof(*wall), by_size);
    printf("%s %.2f %.2f %ld %.1f\n", arguments[1], wall[0], wall[times / 2], used.ru_minflt, (double)used.ru_maxrss / 1024);
    return 0;
}
C
gcc -O2 -o "$work/times" "$work/times.c"

run() { # run NAME TIMES COMMAND…
    "$work/times" "$@" >>"$work/table" || echo "$1: failed, left out" >&2
}
score="score $work/leads.csv --as-of 2026-06-30 --columns id,score,grade,reasons --to csv --quiet -o $work/out"
few=$((times / 10 > 0 ? times / 10 : 1))
# shellcheck disable=SC2086
{
    run icp "$times" "$icp" $score --rules "$here/scorecard.icp.yaml"
    run icp-nordic "$times" "$icp" $score --rules "$here/../../rules/library/nordic.icp.yaml" --config /nowhere
    run icp-start-alone "$times" "$icp" --version
}
if command -v node >/dev/null; then
    run node "$few" node "$here/peers/node.js" csv "$work/leads.csv" "$work/out"
    run node-start-alone "$few" node -e 0
    [ ! -d "$PEER_MODULES/@duckdb/node-api" ] ||
        run duckdb-in-node "$few" node "$here/peers/duckdb.js" csv "$work/leads.csv" "$work/out" 1
fi
if gcc -O2 -o "$work/libcsv" "$here/peers/libcsv.c" -lcsv 2>/dev/null; then
    run libcsv "$times" "$work/libcsv" "$work/leads.csv" "$work/out"
fi
if command -v sqlite3 >/dev/null; then
    run sqlite3-start-alone "$times" sqlite3 :memory: 'select 1'
fi
printf '%-20s %9s %9s %8s %8s %9s\n' "$rows rows" "best ms" "median" "pages" "MiB" "to icp"
awk 'NR == 1 { icp = $3 } { printf "%-20s %9.2f %9.2f %8d %8.1f %8.2fx\n", $1, $2, $3, $4, $5, $3 / icp }' "$work/table"
