#!/bin/sh
# Really kills the program (kill -9) at moments spread over a whole night, resumes it, and demands the same CRM as an
# uninterrupted night. Usage: kill9.sh ICP ICP_SIM PROFILE [KILLS]
set -eu
icp=$1 simulator=$2 profile=$3 kills=${4:-12}
work=$(mktemp -d "${TMPDIR:-/tmp}/icp-kill.XXXXXX")
process=
trap 'status=$?; trap - EXIT; [ -z "$process" ] || kill "$process" 2>/dev/null || true; rm -rf "$work"; exit $status' EXIT INT TERM

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# A fresh simulator and configuration in $work/$1, our fields created and the rules approved.
begin() {
    folder=$work/$1
    mkdir "$folder"
    "$simulator" --listen 127.0.0.1:0 --generate 1500 --seed 11 --no-limits --clock 2026-10-05T02:00:00Z >"$folder/log" 2>&1 &
    process=$!
    address=
    for _ in $(seq 1 200); do
        address=$(sed -n 's/^listening on //p' "$folder/log")
        [ -z "$address" ] || break
        sleep 0.05
    done
    [ -n "$address" ] || { cat "$folder/log"; exit 1; }
    (umask 077 && printf pat-sim-demo-token >"$folder/token")
    cp "$profile" "$folder/profile.icp.yaml"
    printf 'crm: hubspot\nhubspot: {token: {file: token}, base_url: "%s"}\nrules: profile.icp.yaml\nstate: state.db\n' "$address" >"$folder/icp.yaml"
    export ICP_CONFIG="$folder/icp.yaml"
    "$icp" setup --apply --quiet >/dev/null
    "$icp" approve "$folder/profile.icp.yaml" --quiet >/dev/null
}
end() {
    kill "$process"
    wait "$process" 2>/dev/null || true
    process=
}
# Everything in the CRM but the stamps of change and the time of scoring, which belong to the run.
dump() {
    curl -s "$address/sim/records/contacts" | tr ',' '\n' | grep -v -e lastmodifieddate -e updatedAt -e icp_scored_at
}

begin whole
start=$(now_ms)
"$icp" sync --quiet >/dev/null
length=$(($(now_ms) - start))
dump >"$work/whole.txt"
end
grep -q '"icp_score":"' "$work/whole.txt" || { echo "the uninterrupted night wrote nothing"; exit 1; }
echo "an uninterrupted night takes $length ms"

for kill in $(seq 1 "$kills"); do
    begin "kill$kill"
    "$icp" sync --quiet >/dev/null 2>&1 &
    victim=$!
    delay=$((length * kill / (kills + 1)))
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    kill -9 "$victim" 2>/dev/null || true
    wait "$victim" 2>/dev/null || true
    "$icp" sync --quiet >/dev/null || { echo "killed after $delay ms: the next night does not end well"; exit 1; }
    dump >"$work/resumed.txt"
    cmp -s "$work/whole.txt" "$work/resumed.txt" || { echo "killed after $delay ms: the CRM differs"; diff "$work/whole.txt" "$work/resumed.txt" | head; exit 1; }
    written=$("$icp" sync --quiet --json | tail -n 1 | sed 's/.*"written":\([0-9]*\).*/\1/')
    [ "$written" = 0 ] || { echo "killed after $delay ms: one more night writes $written"; exit 1; }
    end
    rm -rf "$work/kill$kill"
done
echo "$kills kills: 1 passed"
