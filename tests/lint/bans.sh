#!/bin/sh
# The rules of the house that a compiler does not know: banned functions, printing outside commands, heap
# calls outside sdk/base, and a third-party header outside its one file. Prints every place; ends with 1.
set -u
cd "$(dirname "$0")/../.." || exit 2
found=0


# Lines of code only: a comment may name what it likes.
search() { # search REGEX PATH…
    pattern=$1
    shift
    grep -rnE --include='*.c' --include='*.h' "$pattern" "$@" 2>/dev/null |
        grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/?\*|//)' |
        sed 's|/\*.*||' | grep -E "^[^:]+:[0-9]+:.*($pattern)" | cut -c1-160
}
check() { # check "reason" REGEX EXCLUDE_REGEX PATH…
    reason=$1 pattern=$2 exclude=$3
    shift 3
    places=$(search "$pattern" "$@" | grep -vE "$exclude")
    if [ -n "$places" ]; then
        printf '%s\n' "$places" | sed "s|\$|  <- $reason|"
        found=1
    fi
}

everything='plugin rules connectors tests'
never='^$'
# shellcheck disable=SC2086
{
    # the peers of a benchmark are written as anybody writes them
    check 'banned function' '(^|[^a-z_A-Z0-9])(strcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtod|sscanf|gets|alloca)\(' '^tests/bench/peers/' $everything
    check 'heap only in sdk/base' '(^|[^a-z_A-Z0-9])(malloc|calloc|realloc|free)\(' '^(plugin/sdk/base|tests)/' $everything
    check 'only commands print' '(^|[^a-z_A-Z0-9])(printf|puts|putchar|perror|fprintf|fputs)\(' '^(plugin/commands|plugin/main\.c|rules/reference/generate|connectors/dictionary_table\.c|tests)' plugin rules connectors
    # libcurl reads the addresses that it sends to: a second parser could see another host than the token goes to
    check 'curl.h only in http.c and address.c of connectors/http' '#include <curl/' '^connectors/http/(http|address)\.c:' $everything
    check 'jansson.h only in sdk/formats/json.c' '#include <jansson' '^plugin/sdk/formats/json\.c:' $everything
    check 'libfyaml.h only in sdk/formats/yaml.c' '#include <libfyaml' '^plugin/sdk/formats/yaml\.c:' $everything
    check 'sqlite3.h only in one file of plugin/state' '#include <sqlite3' '^plugin/state/database\.[ch]:' $everything
    check 'openssl only in sdk/base/crypto.c' '#include <openssl/' '^plugin/sdk/base/crypto\.c:' $everything
    check 'libunistring only in sdk/base/utf8.c' '#include <uni[a-z]+\.h>' '^plugin/sdk/base/utf8\.c:|<unistd\.h>' $everything
    check 'libpsl.h and idn2.h only in rules/reference/domain.c' '#include <(libpsl|idn2)' '^rules/reference/domain\.c:' $everything
    check 'ICU only in rules/reference/generate/countries.c' '#include <unicode/' '^rules/reference/generate/countries\.c:' $everything
    check 'pcre2.h only in rules/feel/regex.c' '#include <pcre2' '^rules/feel/regex\.c:' $everything
    check 'decimal floating point only in rules/feel/decimal.c' '#include <bid_' '^rules/feel/decimal\.c:' $everything
    check 'microhttpd.h only in tests/crm/server.c' '#include <microhttpd' '^tests/crm/server\.c:' $everything
    check 'no CRM by name on the top floor or in the rules' '[Hh]ub[Ss]pot|[Ss]alesforce' "^tests/" plugin/night plugin/state plugin/sdk rules/engine rules/feel
    check 'the core reads no clock' '(^|[^a-z_A-Z0-9])(time|clock_gettime|gettimeofday|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime|setlocale|getenv)\(' '^(plugin/commands|plugin/main\.c|tests|connectors/http/http\.c)' plugin/sdk plugin/night plugin/state rules connectors
    check 'no machine path' '"/(work|home|root|tmp)/' '^tests/' $everything
}
# The simulator and the connectors are two readings of the same documentation: no shared mapping code.
check 'the simulator shares no code with connectors' '#include "(http|registry|hubspot)\.h"' "$never" tests/crm

[ "$found" = 0 ] && echo "lint.bans: nothing found"
exit "$found"
