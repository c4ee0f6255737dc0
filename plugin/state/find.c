/*
 * People by a part of their name. The whole local copy is read, names alone, and compared here: the
 * database folds only ASCII letters, and "åsa" is to find "Åsa". Only reads.
 */
#include "store_inside.h"

#include "utf8.h"

enum { NAME_MEMORY = 256 * 1024 }; /* of one comparison: a name is at most 64 KiB, folded twice */

/* Every word of what was asked for stands in the name, in any order. */
static bool fits(struct icp_str name, struct icp_str words)
{
    struct icp_str word;
    bool any = false;
    while (icp_str_cut(&words, ' ', &word)) {
        if (word.length == 0)
            continue;
        any = true;
        if (icp_str_find(name, word) == name.length)
            return false;
    }
    return any;
}

static void take(struct icp_found_person *person, struct icp_statement *row,
                 struct icp_arena *arena, struct icp_str id, struct icp_str label)
{
    *person = (struct icp_found_person){.id = icp_arena_copy(arena, id),
                                        .label = icp_arena_copy(arena, label)};
    person->email = icp_arena_copy(arena, icp_row_text(row));
    person->company = icp_arena_copy(arena, icp_row_text(row));
    person->score = icp_row_integer(row, -1);
    person->grade = icp_arena_copy(arena, icp_row_text(row));
}

enum icp_status icp_store_find_people(struct icp_store *store, struct icp_str crm,
                                      struct icp_str name, size_t most, struct icp_arena *arena,
                                      struct icp_found_person **people, size_t *count, size_t *all,
                                      struct icp_err *err)
{
    struct icp_arena scratch;
    struct icp_str words = icp_text_key(arena, name);
    *count = *all = 0;
    *people = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_found_person *found = ICP_NEW_ARRAY(arena, struct icp_found_person, most + 1);
    struct icp_statement *row = icp_prepare(
        store->database,
        "SELECT r.id, r.label, r.email, c.label, s.score, s.grade FROM record r "
        "LEFT JOIN record c ON c.crm = r.crm AND c.object = 'company' AND c.id = r.company_id "
        "LEFT JOIN result s ON s.crm = r.crm AND s.id = r.id "
        "WHERE r.crm = ? AND r.object = 'contact' AND r.gone = 0 ORDER BY r.label, r.id");
    icp_bind_text(row, crm);
    icp_arena_open(&scratch, NAME_MEMORY);
    while (found && icp_next_row(row)) {
        struct icp_str id = icp_row_text(row), label = icp_row_text(row);
        icp_arena_reset(&scratch);
        if (icp_str_is_empty(label) || !fits(icp_text_key(&scratch, label), words))
            continue;
        if (*count < most)
            take(&found[(*count)++], row, arena, id, label);
        ++*all;
    }
    icp_end_rows(row);
    icp_arena_close(&scratch);
    *people = found;
    return icp_store_read_end(store, arena, err);
}
