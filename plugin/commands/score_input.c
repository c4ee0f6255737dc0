/*
 * What a person says of a file that is scored, or did not have to: its form, and which of its
 * columns feeds which field.
 */
#include <string.h>
#include <strings.h>

#include "file.h"
#include "score_file.h"

enum { MAP_FILE_MOST = 256 * 1024 };

/* ---- Form ----------------------------------------------------------------------------------- */

static bool form_of_name(const char *path, enum score_format *form)
{
    static const struct {
        const char *end;
        enum score_format form;
    } ends[] = {{".csv", SCORE_CSV}, {".ndjson", SCORE_NDJSON}, {".jsonl", SCORE_NDJSON}};

    for (size_t i = 0; path != NULL && i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t length = strlen(path), end = strlen(ends[i].end);
        if (length > end && strcasecmp(path + length - end, ends[i].end) == 0) {
            *form = ends[i].form;
            return true;
        }
    }
    return false;
}

enum icp_status score_forms_find(struct score_reader *reader, struct score_options *options,
                                 struct icp_err *err)
{
    struct icp_str bytes;

    if (!options->from_given && !form_of_name(options->path, &options->from)) {
        if (score_reader_peek(reader, &bytes, err) != ICP_OK)
            return err->status;
        bytes = icp_str_trim(bytes);
        options->from = bytes.length > 0 && bytes.data[0] == '{' ? SCORE_NDJSON : SCORE_CSV;
    }
    if (!options->to_given && !form_of_name(options->output, &options->to))
        options->to = options->from;
    reader->format = options->from;
    return ICP_OK;
}

/* ---- --map ---------------------------------------------------------------------------------- */

/* COLUMN=FIELD; a column's name may hold '=', a field's does not. */
static bool read_map(struct icp_str text, struct score_map *map)
{
    size_t at = text.length;

    while (at > 0 && text.data[at - 1] != '=')
        at--;
    if (at == 0)
        return false;
    map->column = icp_str_trim(icp_str_slice(text, 0, at - 1));
    map->field = icp_str_trim(icp_str_slice(text, at, text.length));
    return map->column.length > 0 && map->field.length > 0;
}

static enum icp_status read_map_file(const char *path, struct icp_arena *arena,
                                     struct score_map *maps, size_t *count, struct icp_err *err)
{
    struct icp_buf buf;
    struct icp_str rest, line;
    uint32_t number = 0;

    icp_buf_open(&buf, MAP_FILE_MOST);
    if (icp_file_read(path, MAP_FILE_MOST, &buf, err) != ICP_OK) {
        icp_buf_finish(&buf);
        icp_hint(err, "--map wants COLUMN=FIELD, or a file with such lines.");
        return err->status;
    }
    rest = icp_arena_copy(arena, buf.data != NULL ? icp_buf_view(&buf) : ICP_STR(""));
    icp_buf_finish(&buf);
    while (icp_str_cut(&rest, '\n', &line) && err->status == ICP_OK) {
        number++;
        line = icp_str_trim(line);
        if (line.length == 0 || line.data[0] == '#')
            continue;
        if (*count == SCORE_MAPS_MOST)
            icp_fail_at(err, ICP_BAD_CONFIG, path, number, 1, "more than %d columns are mapped",
                        SCORE_MAPS_MOST);
        else if (!read_map(line, &maps[(*count)++]))
            icp_fail_at(err, ICP_BAD_CONFIG, path, number, 1, "\"%.*s\" is not COLUMN=FIELD",
                        ICP_STR_ARGUMENTS(line));
    }
    return err->status;
}

enum icp_status score_maps_read(const struct icp_arguments *arguments, size_t which,
                                struct icp_arena *arena, struct score_options *options,
                                struct icp_err *err)
{
    struct score_map *maps = ICP_NEW_ARRAY(arena, struct score_map, SCORE_MAPS_MOST);

    if (maps == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the columns");
    for (size_t i = 0; i < arguments->given_count && err->status == ICP_OK; i++) {
        const char *value = arguments->given[i].value;
        if (arguments->given[i].which != which)
            continue;
        if (options->map_count == SCORE_MAPS_MOST)
            icp_fail(err, ICP_BAD_CONFIG, "more than %d columns are mapped", SCORE_MAPS_MOST);
        else if (read_map(icp_str_from(value), &maps[options->map_count]))
            options->map_count++;
        else
            read_map_file(value, arena, maps, &options->map_count, err);
    }
    options->maps = maps;
    return err->status;
}
