#!/bin/sh
# Every C file is as clang-format 14 with the project's settings would write it.
set -u
cd "$(dirname "$0")/../.." || exit 2
if ! command -v clang-format >/dev/null; then
    echo "lint.format: clang-format is not installed: skipped"
    exit 77
fi
git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
