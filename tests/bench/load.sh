#!/bin/sh
# How long a large rule file takes to load: 1,000 lines of points, or 500 criteria, with a list of
# 100,000 domains in a file beside it. Not a test: a figure to look at.
#
#     tests/bench/load.sh [BUILD]      (build/release)
set -eu
build=${1:-build/release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/lists"

# the domains, in no order
awk 'BEGIN {
    print "name,domain"
    for (i = 0; i < 100000; i++)
        printf "Company %d,company-%05d-%d.example\n", i, (i * 7919) % 100000, i
}' > "$folder/lists/accounts.csv"

head='icp: 1
name: Load
lists:
  accounts: {file: lists/accounts.csv, column: domain}
disqualify:
  - {id: listed, when: company.domain in accounts}'
tail='tiers:
  - {id: rest, label: Rest, else: true}'

{
    echo "$head"
    echo 'points:
  lines:'
    awk 'BEGIN {
        for (i = 0; i < 1000; i++) {
            printf "    - {id: line_%d, points: %d, because: \"Line %d of {company.employees} people\", ", i, i % 9 + 1, i
            if (i % 5 == 0) printf "when: '"'"'company.employees in [%d..%d] and company.country = \"DK\"'"'"'}\n", i, i + 10
            if (i % 5 == 1) printf "field: company.industry, match: [FIRST_%d, SECOND_%d]}\n", i, i
            if (i % 5 == 2) printf "field: company.employees, bands: \"%d..%d\"}\n", i, i + 9
            if (i % 5 == 3) printf "field: contact.title, titles: [word%d, \"*chef%d\"]}\n", i, i
            if (i % 5 == 4) printf "decay: contact.created, window: %d days}\n", i % 90 + 1
        }
    }'
    echo 'grade: {score: {A: 70, B: 50, C: 30, D: 0}}'
    echo "$tail"
} > "$folder/points.icp.yaml"
{
    echo "$head"
    echo 'fit:
  criteria:'
    awk 'BEGIN {
        for (i = 0; i < 1000; i++)
            printf "    - {id: line_%d, weight: %d, field: company.employees, bands: {\"0..%d\": %d, else: 0}}\n", i, i % 9 + 1, i, i % 101
    }'
    echo 'grade: {fit: {A: 75, B: 50, C: 25, D: 0}}'
    echo "$tail"
} > "$folder/fit.icp.yaml"

for file in points fit; do
    "$build/tests/load_bench" "$folder/$file.icp.yaml"
done
