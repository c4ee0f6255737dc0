/*
 * Industries from rules/library/industries.csv. Every row means a division, a section or nothing
 * with its reason; a division that no row of the classification itself names is refused.
 */
#include "generate.h"

#include "csv.h"

#include "industry_table.h"

struct industries {
    struct icp_names keys, names; /* "scheme=key"; "=key", which may disagree */
    struct icp_str divisions[ICP_DIVISIONS], sections[ICP_SECTIONS];
    char section_of[ICP_DIVISIONS];
    struct icp_arena *arena;
};

enum { CELL_SCHEME, CELL_CODE, CELL_NAME, CELL_NACE, CELL_NOTE, CELLS };

static bool two_digits(struct icp_str text, uint32_t *number)
{
    if (text.length < 2 || text.data[0] < '0' || text.data[0] > '9' || text.data[1] < '0' ||
        text.data[1] > '9')
        return false;
    *number = (uint32_t)(text.data[0] - '0') * 10 + (uint32_t)(text.data[1] - '0');
    return true;
}

static bool is_section(struct icp_str text)
{
    return text.length == 1 && text.data[0] >= 'A' && text.data[0] < 'A' + ICP_SECTIONS;
}

/* "J": from division 58 to 63. */
static bool add_section(struct industries *all, const struct icp_str *cells)
{
    uint32_t from, to;
    struct icp_str range = cells[CELL_NACE];
    if (!is_section(cells[CELL_CODE]) || !two_digits(range, &from) || range.length != 5 ||
        !two_digits(icp_str_slice(range, 3, 5), &to))
        return false;
    all->sections[cells[CELL_CODE].data[0] - 'A'] = icp_arena_copy(all->arena, cells[CELL_NAME]);
    for (uint32_t i = from; i <= to; i++)
        all->section_of[i] = cells[CELL_CODE].data[0];
    icp_names_add(&all->keys,
                  icp_arena_format(all->arena, "nace=%.*s", ICP_STR_ARGUMENTS(cells[CELL_CODE])),
                  ICP_SECTION_ALONE + (uint32_t)(cells[CELL_CODE].data[0] - 'A'));
    return true;
}

static bool meaning(const struct industries *all, const struct icp_str *cells, uint32_t *value)
{
    struct icp_str nace = cells[CELL_NACE];
    if (nace.length == 0) { /* nothing, for a reason */
        *value = ICP_NO_SOUND_MAPPING;
        return cells[CELL_NOTE].length > 0;
    }
    if (is_section(nace)) {
        *value = ICP_SECTION_ALONE + (uint32_t)(nace.data[0] - 'A');
        return true;
    }
    bool known_already = nace.length == 2 && two_digits(nace, value) && all->section_of[*value];
    return known_already &&
           (icp_str_is(cells[CELL_SCHEME], "nace") || !icp_str_is_null(all->divisions[*value]));
}

static void add_key(struct industries *all, struct icp_str scheme, struct icp_str key,
                    uint32_t value)
{
    if (icp_str_is_empty(key))
        return;
    icp_names_add(&all->keys,
                  icp_arena_format(all->arena, "%.*s=%.*s", ICP_STR_ARGUMENTS(scheme),
                                   ICP_STR_ARGUMENTS(key)),
                  value);
}

static void add_spelling(struct industries *all, struct icp_str scheme, struct icp_str text,
                         uint32_t value)
{
    char key[ICP_INDUSTRY_KEY];
    struct icp_str folded = icp_industry_key(text, key);
    add_key(all, scheme, folded, value);
    if (folded.length > 0 && (folded.data[0] < '0' || folded.data[0] > '9'))
        icp_names_add(&all->names, icp_arena_format(all->arena, "=%.*s", ICP_STR_ARGUMENTS(folded)),
                      value);
}

static void add_code(struct industries *all, struct icp_str scheme, struct icp_str code,
                     uint32_t value)
{
    char bare[ICP_INDUSTRY_KEY];
    size_t length = 0;
    for (size_t i = 0; i < code.length && length < sizeof(bare); i++)
        if (code.data[i] != '.')
            bare[length++] = code.data[i];
    add_key(all, scheme, (struct icp_str){bare, length}, value);
}

static bool add_row(struct industries *all, const struct icp_str *cells)
{
    uint32_t value;
    struct icp_str scheme = cells[CELL_SCHEME];
    if (icp_str_is(scheme, "section"))
        return add_section(all, cells);
    if (!meaning(all, cells, &value))
        return false;
    if (icp_str_is(scheme, "nace") && value < ICP_DIVISIONS)
        all->divisions[value] = icp_arena_copy(all->arena, cells[CELL_NAME]);
    if (icp_str_has_prefix(scheme, ICP_STR("nace")) || icp_str_is(scheme, "naics") ||
        icp_str_is(scheme, "sic")) {
        add_code(all, scheme, cells[CELL_CODE], value);
    } else {
        add_spelling(all, scheme, cells[CELL_CODE], value);
        add_spelling(all, scheme, cells[CELL_NAME], value);
    }
    return true;
}

/* Names of all schemes together; of those that disagree nothing is known. */
static void join_names(struct industries *all)
{
    icp_names_sort(&all->names);
    for (size_t i = 0, next; i < all->names.count; i = next) {
        struct icp_name name = all->names.names[i];
        for (next = i;
             next < all->names.count && icp_str_equal(all->names.names[next].text, name.text);
             next++)
            if (all->names.names[next].value != name.value)
                name.value = ICP_NO_SOUND_MAPPING;
        icp_names_add(&all->keys, name.text, name.value);
    }
}

static void emit_text(struct icp_str text, struct icp_buf *out)
{
    icp_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++)
        icp_buf_format(out, "\\%03o", (unsigned)(unsigned char)text.data[i]);
    icp_buf_add_char(out, '"');
}

static void emit(const struct industries *all, const char *symbol, struct icp_buf *out)
{
    icp_buf_add_cstr(out, "#include \"industry_table.h\"\n"
                          "const struct icp_division icp_division_table[ICP_DIVISIONS] = {\n");
    for (unsigned i = 0; i < ICP_DIVISIONS; i++) {
        if (icp_str_is_null(all->divisions[i]))
            continue;
        icp_buf_format(out, "[%u]={\"%02u\",\"%c\",", i, i, all->section_of[i]);
        emit_text(all->divisions[i], out);
        icp_buf_add_cstr(out, "},\n");
    }
    icp_buf_add_cstr(out, "};\nconst struct icp_section icp_section_table[ICP_SECTIONS] = {\n");
    for (int i = 0; i < ICP_SECTIONS; i++) {
        icp_buf_format(out, "{\"%c\",", 'A' + i);
        emit_text(all->sections[i], out);
        icp_buf_add_cstr(out, "},\n");
    }
    icp_buf_add_cstr(out, "};\n");
    icp_names_emit(&all->keys, symbol, out);
}

static enum icp_status read_rows(struct industries *all, const char *path, struct icp_err *err)
{
    struct icp_csv_row row = {0};
    struct icp_csv *csv = icp_csv_open(path, err);
    bool header = true;
    enum icp_status status = csv ? ICP_OK : err->status;
    while (status == ICP_OK && (status = icp_csv_next(csv, &row, err)) == ICP_OK && row.count > 0) {
        if (icp_str_has_prefix(row.cells[0], ICP_STR("#")) || row.cells[0].length == 0)
            continue;
        if (header && icp_str_is(row.cells[0], "scheme")) {
            header = false;
            continue;
        }
        if (row.count != CELLS || !add_row(all, row.cells))
            status =
                icp_fail_at(err, ICP_BAD_CONFIG, path, (uint32_t)row.line, 1,
                            "a row has a scheme, a code or name, and a division, a section, or "
                            "a note why there is none");
    }
    icp_csv_close(csv);
    return status;
}

enum icp_status icp_generate_industries(const char *path, const char *symbol,
                                        struct icp_arena *arena, struct icp_buf *out,
                                        struct icp_err *err)
{
    struct industries *all = ICP_NEW(arena, struct industries);
    if (!all || !icp_names_open(&all->keys, arena) || !icp_names_open(&all->names, arena))
        return icp_fail(err, ICP_BUG, "out of memory");
    all->arena = arena;
    if (read_rows(all, path, err) != ICP_OK)
        return err->status;
    join_names(all);
    if (icp_names_settle(&all->keys, err) != ICP_OK)
        return err->status;
    emit(all, symbol, out);
    return ICP_OK;
}
