/*
 * The section `lists`: texts that conditions can use, written in the file or kept in one beside it.
 * Every list is sorted and holds each entry once, so that membership is found by halving. A file's
 * text comes from the host; it is a part of the rules, as if it stood in them.
 */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#include "csv.h"

/* ---- Order ----------------------------------------------------------------------------------- */

struct entry {
    uint64_t head; /* the first eight bytes behind what all begin with, so that most comparisons are
                      of one number */
    struct icp_str text;
};

static uint64_t head_of(struct icp_str text, size_t from)
{
    uint64_t head = 0;
    for (size_t i = from; i < from + 8; i++)
        head = head << 8 | (i < text.length ? (unsigned char)text.data[i] : 0);
    return head;
}

/* Of the first text: as much as every other one begins with too. */
static size_t common_length(const struct icp_str *items, size_t count)
{
    size_t common = count > 0 ? items[0].length : 0;
    for (size_t i = 1; i < count && common > 0; i++) {
        size_t at = 0;
        while (at < common && at < items[i].length && items[i].data[at] == items[0].data[at])
            at++;
        common = at;
    }
    return common;
}

/* By bytes, as icp_str_compare. */
static int by_text(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    return icp_str_compare(a->text, b->text);
}

static bool in_order(const struct icp_str *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (icp_str_compare(items[i - 1], items[i]) >= 0)
            return false;
    return true;
}

/* Sorted, each entry once. */
static void sort_list(struct icp_loader *loader, struct icp_list *list)
{
    if (in_order(list->items, list->count))
        return;
    struct entry *entries = icp_allocate(list->count, sizeof(*entries));
    if (!entries) {
        loader->arena->full = true;
        return;
    }
    icp_touch(entries, list->count * sizeof(*entries));
    size_t common = common_length(list->items, list->count);
    for (size_t i = 0; i < list->count; i++)
        entries[i] =
            (struct entry){.head = head_of(list->items[i], common), .text = list->items[i]};
    qsort(entries, list->count, sizeof(*entries), by_text);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (count == 0 || !icp_str_equal(list->items[count - 1], entries[i].text))
            list->items[count++] = entries[i].text;
    icp_release(entries);
    list->count = count;
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* A domain is written in any case and means the same: letters, digits, "-" and at least one dot. */
static bool looks_like_domain(struct icp_str text)
{
    bool dot = false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!letter && (c < '0' || c > '9') && c != '-' && c != '.')
            return false;
        dot = dot || (c == '.' && i > 0 && i + 1 < text.length);
    }
    return dot;
}

/* Entries that are kept one behind the other, in pieces as they come: a file is often much longer
   than its one column. */
struct gathering {
    struct icp_arena *arena;
    char *room;
    size_t left;
    struct icp_str *items;
    size_t count, most;
};

enum { ROOM = 8 * 1024 }; /* a few hundred domains */

static char *room_for(struct gathering *gathering, size_t length)
{
    if (length > gathering->left) {
        gathering->left = length > ROOM ? length : ROOM;
        gathering->room = icp_arena_take(gathering->arena, gathering->left, 1, 1);
    }
    if (!gathering->room)
        return NULL;
    char *room = gathering->room;
    gathering->room += length;
    gathering->left -= length;
    return room;
}

static void add_entry(struct gathering *gathering, struct icp_str text)
{
    text = icp_str_trim(text);
    if (text.length == 0 || gathering->count >= gathering->most)
        return;
    char *copy = room_for(gathering, text.length);
    bool domain = looks_like_domain(text);
    for (size_t i = 0; copy && i < text.length; i++) {
        char c = text.data[i];
        if (domain && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        copy[i] = c;
    }
    if (!copy)
        return; /* the arena is full, which the loader reports */
    gathering->items[gathering->count++] = (struct icp_str){.data = copy, .length = text.length};
}

static bool open_gathering(struct icp_loader *loader, struct gathering *gathering, size_t bytes,
                           size_t most)
{
    *gathering = (struct gathering){.arena = loader->arena, .most = most};
    loader->arena->capacity += bytes + (bytes / ROOM + 2) * ROOM + most * sizeof(struct icp_str);
    gathering->items = ICP_NEW_ARRAY(loader->arena, struct icp_str, most + 1);
    return gathering->items != NULL;
}

static void read_items(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_list *list)
{
    struct gathering gathering;
    const struct icp_str *texts;
    size_t count, bytes = 0;
    if (!icp_read_sequence(loader, node, "a list of texts") ||
        !icp_read_texts(loader, node, "an entry of a list", &texts, &count))
        return;
    for (size_t i = 0; i < count; i++)
        bytes += texts[i].length;
    if (!open_gathering(loader, &gathering, bytes, count))
        return;
    for (size_t i = 0; i < count; i++)
        add_entry(&gathering, texts[i]);
    list->items = gathering.items;
    list->count = gathering.count;
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* Below the rule file's folder, however the host finds that. */
static bool good_path(struct icp_str path)
{
    struct icp_str part;
    if (path.data[0] == '/' || memchr(path.data, '\\', path.length))
        return false;
    while (icp_str_cut(&path, '/', &part))
        if (part.length == 0 || icp_str_is(part, "..") || icp_str_is(part, "."))
            return false;
    return true;
}

/* The text of a file, asked for once however many lists are in it. */
static bool find_text(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str path,
                      struct icp_str *text)
{
    struct icp_err err = {0};
    for (size_t i = 0; i < loader->file_count; i++)
        if (icp_str_equal(loader->files[i].path, path)) {
            *text = loader->files[i].text;
            return true;
        }
    if (!good_path(path)) {
        icp_report(loader->list, ICP_ERROR, "bad-path", node->line, node->column,
                   "\"%.*s\" is not a file below the folder of the rules", ICP_STR_ARGUMENTS(path));
        icp_report_hint(loader->list, "Write it from there on: lists/accounts.csv.");
        return false;
    }
    if (!loader->source) {
        icp_report(loader->list, ICP_ERROR, "list-file", node->line, node->column,
                   "\"%.*s\" cannot be read here", ICP_STR_ARGUMENTS(path));
        return false;
    }
    if (loader->source->read(loader->source->context, path, text, &err) != ICP_OK) {
        icp_report(loader->list, ICP_ERROR, "list-file", node->line, node->column, "%s",
                   err.message);
        return false;
    }
    loader->files[loader->file_count++] = (struct icp_rules_file){.path = path, .text = *text};
    return true;
}

/* "#" begins a comment line; every other line is an entry. */
static void read_lines(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str text,
                       struct gathering *gathering)
{
    struct icp_str line;
    uint32_t number = 0;
    if (icp_str_has_prefix(text, ICP_STR("\xEF\xBB\xBF")))
        text = icp_str_slice(text, 3, text.length);
    while (icp_str_cut(&text, '\n', &line)) {
        number++;
        if (line.length > 0 && line.data[0] == '#')
            continue;
        if (icp_utf8_valid(line)) {
            add_entry(gathering, line);
            continue;
        }
        icp_report(loader->list, ICP_ERROR, "list-file", node->line, node->column,
                   "%.*s:%u: the line is not UTF-8", ICP_STR_ARGUMENTS(node->text), number);
        return;
    }
}

static bool find_column(struct icp_loader *loader, const struct icp_yaml *node,
                        const struct icp_csv_row *head, size_t *column)
{
    struct icp_str name = icp_str_trim(node->text);
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, head->count + 1);
    for (size_t i = 0; names && i < head->count; i++) {
        names[i] = icp_str_trim(head->cells[i]);
        if (!icp_str_equal(names[i], name))
            continue;
        *column = i;
        return true;
    }
    icp_report(loader->list, ICP_ERROR, "unknown-column", node->line, node->column,
               "the file has no column \"%.*s\"", ICP_STR_ARGUMENTS(name));
    if (names)
        icp_report_nearest(loader, name, names, head->count);
    return false;
}

static bool is_empty_row(const struct icp_csv_row *row)
{
    return row->count == 1 && icp_str_trim(row->cells[0]).length == 0;
}

static void read_rows(struct icp_loader *loader, const struct icp_yaml *file,
                      const struct icp_yaml *column_node, struct icp_csv *csv,
                      struct gathering *gathering)
{
    struct icp_csv_row row;
    struct icp_err err = {0};
    size_t column = 0;
    bool head = true;
    while (icp_csv_next(csv, &row, &err) == ICP_OK && row.count > 0) {
        if (head && !find_column(loader, column_node, &row, &column))
            return;
        if (!head && column < row.count)
            add_entry(gathering, row.cells[column]);
        else if (!head && !is_empty_row(&row))
            icp_report(loader->list, ICP_ERROR, "list-file", file->line, file->column,
                       "%.*s:%u: the row has no column \"%.*s\"", ICP_STR_ARGUMENTS(file->text),
                       (unsigned)row.line, ICP_STR_ARGUMENTS(column_node->text));
        head = false;
    }
    if (err.status != ICP_OK)
        icp_report(loader->list, ICP_ERROR, "list-file", file->line, file->column, "%.*s:%u: %s",
                   ICP_STR_ARGUMENTS(file->text), err.line, err.message);
}

static size_t count_lines(struct icp_str text)
{
    size_t count = 1;
    for (const char *at = text.data, *end = text.data + text.length;
         at && at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        count++;
    return count;
}

static void read_file(struct icp_loader *loader, const struct icp_yaml *node, struct icp_list *list)
{
    enum { FILE_PATH, COLUMN, ABOUT, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [FILE_PATH] = {"file", ICP_KEY_REQUIRED},
        [COLUMN] = {"column", ICP_KEY_OPTIONAL},
        [ABOUT] = {"about", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT];
    struct icp_str path, column, text;
    struct gathering gathering;
    struct icp_err err = {0};
    if (!icp_read_keys(loader, node, "a list", keys, KEY_COUNT, found) || !found[FILE_PATH] ||
        !icp_read_text(loader, found[FILE_PATH], "\"file\"", &path) ||
        (found[COLUMN] && !icp_read_text(loader, found[COLUMN], "\"column\"", &column)) ||
        !find_text(loader, found[FILE_PATH], path, &text) ||
        !open_gathering(loader, &gathering, text.length, count_lines(text)))
        return;
    size_t errors = loader->list->errors;
    if (!found[COLUMN]) {
        read_lines(loader, found[FILE_PATH], text, &gathering);
    } else {
        struct icp_csv *csv = icp_csv_open_text(text, "list", &err);
        if (csv)
            read_rows(loader, found[FILE_PATH], found[COLUMN], csv, &gathering);
        loader->arena->full = loader->arena->full || !csv;
        icp_csv_close(csv);
    }
    list->items = gathering.items;
    list->count = gathering.count;
    if (gathering.count == 0 && loader->list->errors == errors)
        icp_report(loader->list, ICP_WARNING, "empty-list", found[FILE_PATH]->line,
                   found[FILE_PATH]->column, "\"%.*s\" holds no entries", ICP_STR_ARGUMENTS(path));
}

/* ---- The section ----------------------------------------------------------------------------- */

static void read_list(struct icp_loader *loader, const struct icp_yaml *key,
                      const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_list *list = &rules->lists[rules->list_count];
    if (!icp_read_id(loader, key, "the name of a list", &list->name))
        return;
    if (node->kind == ICP_YAML_MAPPING)
        read_file(loader, node, list);
    else
        read_items(loader, node, list);
    if (!list->items)
        return;
    sort_list(loader, list);
    struct icp_feel_symbol *symbol = &loader->symbols[loader->symbol_count++];
    symbol->name = list->name;
    symbol->type = ICP_FEEL_LIST;
    symbol->sorted = true;
    symbol->slot = (uint32_t)(rules->list_base + rules->list_count++);
    loader->record_symbols = loader->symbol_count;
}

void icp_load_lists(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!node || !icp_read_mapping(loader, node, "\"lists\""))
        return;
    if (node->count > ICP_MAX_CRITERIA) {
        icp_report(loader->list, ICP_ERROR, "too-many", node->line, node->column,
                   "more than %d lists", ICP_MAX_CRITERIA);
        return;
    }
    rules->lists = ICP_NEW_ARRAY(loader->arena, struct icp_list, node->count + 1);
    loader->files = ICP_NEW_ARRAY(loader->arena, struct icp_rules_file, node->count + 1);
    for (size_t i = 0; rules->lists && loader->files && i < node->count; i++)
        read_list(loader, &node->keys[i], &node->values[i]);
}
