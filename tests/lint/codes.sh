#!/bin/sh
# The codes of `icp check`: every code that the sources report is in the table of the program and in the one of
# the language's page, and some case shows it as a person would see it. Prints what is missing; ends with 1.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
found=0
missing() {
    [ -z "$1" ] && return
    printf '%s\n' "$1" | sed "s|\$|  <- $2|"
    found=1
}
# Codes that only stop a file on its way in, or that no file of a sensible size can cause; unit tests show them.
unshown='too-large|empty|feel-too-deep|feel-too-long'

table=$(grep -oE '^    \{"[a-z-]+"' plugin/commands/check_codes.c | tr -d ' {"')
sources=$(cat rules/engine/*.c rules/feel/*.c plugin/sdk/formats/yaml*.c | tr '\n' ' ' |
    grep -oE '(icp_report|feel_error|[^a-z_]fail|fail_at|report_hidden|report_syntax)\([^;"]*"[a-z]+(-[a-z]+)*"' |
    grep -oE '"[a-z-]+"$' | tr -d '"' | sort -u)
shown=$(cat tests/rules/*/*/expected.txt tests/cli/cases/*/expected |
    grep -E ': (error|warning|note): ' | grep -oE '\[[a-z-]+\]$' | tr -d '[]' | sort -u)
page=$(grep -oE '^\| `[a-z-]+`' rules/library/README.md | grep -oE '[a-z-]{2,}' | sort -u)

missing "$(printf '%s\n' "$table" | sort -c 2>&1)" 'the table is not in order'
missing "$(printf '%s\n' "$sources" | grep -vxF "$table")" 'reported, but not in plugin/commands/check_codes.c'
missing "$(printf '%s\n' "$table" | grep -vxF "$page")" 'not in the table of rules/library/README.md'
missing "$(printf '%s\n' "$table" | grep -vxF "$shown" | grep -vxE "$unshown")" 'no case of tests/rules or tests/cli shows it'
missing "$(printf '%s\n' "$shown" | grep -vxF "$table")" 'shown, but not in plugin/commands/check_codes.c'

[ "$found" = 0 ] && echo "lint.codes: nothing found"
exit "$found"
