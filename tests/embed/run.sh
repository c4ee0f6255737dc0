#!/bin/sh
# Installs the library into a folder of its own, compiles the worked example against what pkg-config says there, runs it, and
# compares what it prints. Usage: run.sh BUILD_FOLDER SOURCE_FOLDER CC CFLAGS
set -eu
build=$1 source=$2 cc=$3 flags=$4
work=$(mktemp -d "${TMPDIR:-/tmp}/icp-embed.XXXXXX")
trap 'rm -rf "$work"' EXIT
DESTDIR=$work/root cmake --install "$build" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
pc=$(find "$work/root" -name icp.pc)
# the prefix of a package that was installed under another root
export PKG_CONFIG_PATH="${pc%/icp.pc}" PKG_CONFIG_SYSROOT_DIR=
prefix=$(pkg-config --variable=prefix icp)
sed -i "s|=$prefix|=$work/root$prefix|" "$pc"
example=$(find "$work/root" -name score.c)
[ -n "$example" ] || { echo "the example is not installed"; exit 1; }
# shellcheck disable=SC2046,SC2086
"$cc" $flags -Wall -Wextra -Werror "$example" $(pkg-config --cflags --libs icp) -o "$work/example"
"$work/example" "$source/rules/library/first.icp.yaml" >"$work/printed"
diff -u "$source/tests/embed/expected.txt" "$work/printed"
# the program stands there too, and finds its module: it reads the address and refuses it
printf 'crm: hubspot\nhubspot:\n  token: {environment: TOKEN}\n  base_url: http://crm.example\nrules: %s\nstate: state.db\n' "$source/rules/library/first.icp.yaml" >"$work/icp.yaml"
program=$(find "$work/root" -name icp -type f -perm -u+x)
TOKEN=pat-nobody-at-all "$program" setup --config "$work/icp.yaml" >"$work/said" 2>&1 && exit 1
grep -q 'http://crm.example is not https' "$work/said" || { cat "$work/said"; exit 1; }
# a file that is wrong says where
printf 'icp: 1\nnaem: x\n' >"$work/wrong.icp.yaml"
if "$work/example" "$work/wrong.icp.yaml" 2>"$work/said"; then
    echo "a wrong file was taken"
    exit 1
fi
grep -q 'wrong.icp.yaml:1:1: an ICP file needs' "$work/said" || { cat "$work/said"; exit 1; }
