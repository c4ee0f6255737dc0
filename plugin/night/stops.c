/*
 * Rules that met a limit. Invariant: a rule stands here once, with the first of its records in the
 * order of the places, whatever the order in which parts are added.
 */
#include "stops.h"

#include <string.h>

static struct icp_stop_note *find(struct icp_stop_tally *tally, size_t file,
                                  const struct icp_rules_stop *stop)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->notes[i].file == file && tally->notes[i].stop.line == stop->line &&
            tally->notes[i].stop.column == stop->column)
            return &tally->notes[i];
    if (tally->count == ICP_STOP_RULES)
        return NULL;
    tally->notes[tally->count] = (struct icp_stop_note){.file = file, .stop = *stop};
    return &tally->notes[tally->count++];
}

static void add(struct icp_stop_tally *tally, size_t file, const struct icp_rules_stop *stop,
                struct icp_str first, uint64_t place, uint64_t records)
{
    struct icp_stop_note *note = find(tally, file, stop);
    size_t length = first.length < ICP_STOP_RECORD_TEXT ? first.length : ICP_STOP_RECORD_TEXT - 1;

    if (note == NULL) {
        tally->others += records;
        return;
    }
    if (note->records == 0 || place < note->place) {
        if (length > 0)
            memcpy(note->first, first.data, length);
        note->first[length] = '\0';
        note->place = place;
        note->stop.why = stop->why;
    }
    note->records += records;
}

void icp_stops_add(struct icp_stop_tally *tally, size_t file, const struct icp_rules_stop *stops,
                   size_t count, struct icp_str id, uint64_t place)
{
    for (size_t i = 0; i < count; i++)
        add(tally, file, &stops[i], id, place, 1);
}

void icp_stops_merge(struct icp_stop_tally *tally, const struct icp_stop_tally *other)
{
    for (size_t i = 0; i < other->count; i++) {
        const struct icp_stop_note *note = &other->notes[i];
        add(tally, note->file, &note->stop, icp_str_from(note->first), note->place, note->records);
    }
    tally->others += other->others;
}

struct icp_str icp_stops_text(const struct icp_stop_note *note, const char *path,
                              struct icp_arena *arena)
{
    return icp_arena_format(
        arena, "%s:%u:%u: \"%.*s\" met a limit on %llu %s%s: %s; it counts as unknown there", path,
        (unsigned)note->stop.line, (unsigned)note->stop.column, ICP_STR_ARGUMENTS(note->stop.id),
        (unsigned long long)note->records, note->records == 1 ? "record, " : "records, the first ",
        note->first, note->stop.why);
}
