#!/bin/sh
# clang-tidy over every C file of a build folder, one process a file (with several files in one process version
# 14 invents findings), two at a time. Usage: tidy.sh BUILD_FOLDER
set -u
cd "$(dirname "$0")/../.." || exit 2
build=$1
if ! command -v clang-tidy >/dev/null; then
    echo "lint.tidy: clang-tidy is not installed: skipped"
    exit 77
fi
git ls-files 'plugin/*.c' 'rules/*.c' 'connectors/*.c' 'tests/*.c' |
    xargs -P 2 -I FILE sh -c 'grep -q "/FILE\"" "$1/compile_commands.json" || exit 0; clang-tidy -p "$1" --quiet FILE 2>/dev/null || { echo "clang-tidy: FILE"; exit 1; }' sh "$build"
