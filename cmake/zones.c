/*
 * Run while building: writes rules/feel's table of time zones from the system's tz database, so
 * that the program itself reads no file and no environment. For every zone the changes of its
 * offset from 1970 to 2100 and, for links, the zone that they stand for. Usage: zones ZONEINFO
 * OUTPUT.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ZONES = 1024, NAME = 64, MOST_CHANGES = 2048 };
enum { DAY = 86400, FIRST_DAY = 0, LAST_DAY = 47482 /* 2100-01-01 */ };

struct zone {
    char name[NAME], target[NAME];
};
struct change {
    int64_t from;
    long offset;
};

static struct zone zones[MOST_ZONES];
static size_t zone_count;

static int order_zones(const void *left, const void *right)
{
    return strcmp(((const struct zone *)left)->name, ((const struct zone *)right)->name);
}

/* "Z NAME …" and "L TARGET NAME" of tzdata.zi. */
static void take_line(char *line)
{
    char *kind = strtok(line, " \n"), *first = strtok(NULL, " \n"), *second = strtok(NULL, " \n");
    bool link = kind != NULL && strcmp(kind, "L") == 0;

    if (kind == NULL || first == NULL || second == NULL || (!link && strcmp(kind, "Z") != 0))
        return;
    if (zone_count == MOST_ZONES || strlen(first) >= NAME || (link && strlen(second) >= NAME))
        exit(1);
    strcpy(zones[zone_count].name, link ? second : first);
    strcpy(zones[zone_count].target, first);
    zone_count++;
}

static long offset_at(int64_t at)
{
    time_t instant = (time_t)at;
    struct tm local;

    if (localtime_r(&instant, &local) == NULL)
        exit(1);
    return local.tm_gmtoff;
}

/* The second at which the offset of `low` ends, in (low, high]. */
static int64_t find_change(int64_t low, int64_t high)
{
    long offset = offset_at(low);

    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (offset_at(middle) == offset)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static size_t find_changes(const char *zoneinfo, const char *name, struct change *changes)
{
    char value[512];
    size_t count = 0;
    long offset;

    snprintf(value, sizeof(value), ":%s/%s", zoneinfo, name);
    setenv("TZ", value, 1);
    tzset();
    offset = offset_at(FIRST_DAY);
    changes[count++] = (struct change){INT64_MIN, offset};
    for (int64_t day = FIRST_DAY; day < LAST_DAY; day++) {
        if (offset_at((day + 1) * DAY) == offset)
            continue;
        int64_t at = find_change(day * DAY, (day + 1) * DAY);
        offset = offset_at(at);
        if (count == MOST_CHANGES)
            exit(1);
        changes[count++] = (struct change){at, offset};
    }
    return count;
}

static size_t index_of(const char *name)
{
    for (size_t i = 0; i < zone_count; i++)
        if (strcmp(zones[i].name, name) == 0)
            return i;
    fprintf(stderr, "zones: no zone %s\n", name);
    exit(1);
}

/* The zone behind a link, also behind several. */
static size_t root_of(size_t zone)
{
    size_t target = index_of(zones[zone].target);

    return target == zone ? zone : root_of(target);
}

static void write_table(FILE *out, const char *zoneinfo)
{
    static struct change changes[MOST_CHANGES];
    static size_t first[MOST_ZONES], counts[MOST_ZONES];
    size_t total = 0;

    fprintf(out,
            "#include \"zone_table.h\"\n\nconst struct feel_zone_change feel_zone_changes[] = {\n");
    for (size_t i = 0; i < zone_count; i++) {
        if (root_of(i) != i)
            continue;
        first[i] = total;
        counts[i] = find_changes(zoneinfo, zones[i].name, changes);
        total += counts[i];
        for (size_t k = 0; k < counts[i]; k++) {
            if (k == 0)
                fprintf(out, "{INT64_MIN, %ld},", changes[k].offset);
            else
                fprintf(out, "{%lld, %ld},", (long long)changes[k].from, changes[k].offset);
        }
        fprintf(out, "\n");
    }
    fprintf(out, "};\nconst struct feel_zone feel_zones[] = {\n");
    for (size_t i = 0; i < zone_count; i++)
        fprintf(out, "{ICP_STR_INIT(\"%s\"), %zu, %zu},\n", zones[i].name, first[root_of(i)],
                counts[root_of(i)]);
    fprintf(out, "};\nconst size_t feel_zone_count = %zu;\n", zone_count);
}

int main(int argc, char **argv)
{
    char path[512], line[1024];
    FILE *in, *out;

    if (argc != 3)
        return 2;
    snprintf(path, sizeof(path), "%s/tzdata.zi", argv[1]);
    in = fopen(path, "r");
    out = fopen(argv[2], "w");
    if (in == NULL || out == NULL) {
        fprintf(stderr, "zones: cannot open %s or %s\n", path, argv[2]);
        return 1;
    }
    while (fgets(line, sizeof(line), in) != NULL)
        take_line(line);
    fclose(in);
    qsort(zones, zone_count, sizeof(zones[0]), order_zones);
    write_table(out, argv[1]);
    return fclose(out) == 0 ? 0 : 1;
}
