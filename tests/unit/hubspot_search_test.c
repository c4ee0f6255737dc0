/* Reading changes by search: whatever the index does, no record is missed and the walk ends. */
#include "hubspot_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "json.h"
#include "number.h"

enum { MOST = 12000 };

#define BASE_MS INT64_C(1793000000000)

struct row {
    int64_t place_ms; /* where the index sorts it */
    int64_t stamp_ms; /* what it shows */
    int id;
};

struct index { /* a search index, sorted by place and id */
    struct row rows[MOST];
    size_t count;
    bool seen[MOST];
    size_t searches, past_cap;
    size_t edit_every; /* after so many searches the first row moves to the end */
};

static int by_place(const void *a, const void *b)
{
    const struct row *left = a, *right = b;

    if (left->place_ms != right->place_ms)
        return left->place_ms < right->place_ms ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static int64_t number_of(const struct icp_json *object, const char *key)
{
    int64_t value = 0;

    return icp_integer_parse(icp_json_get_text(object, key), &value) ? value : 0;
}

static void put_page(struct index *index, const struct icp_json *root, struct icp_answer *answer)
{
    const struct icp_json *filters =
        icp_json_get(icp_json_at(icp_json_get(root, "filterGroups"), 0), "filters");
    const struct icp_json *time = icp_json_at(filters, 0);
    int64_t value = number_of(time, "value"), above = number_of(icp_json_at(filters, 1), "value");
    bool equal = icp_str_is(icp_json_get_text(time, "operator"), "EQ");
    size_t offset = (size_t)number_of(root, "after"), matched = 0, given = 0;

    icp_buf_add_cstr(&answer->body, "{\"results\":[");
    for (size_t i = 0; i < index->count; i++) {
        const struct row *row = &index->rows[i];

        if (equal ? row->place_ms != value || row->id <= above : row->place_ms < value)
            continue;
        if (matched++ < offset || given >= 200)
            continue;
        icp_buf_format(&answer->body,
                       "%s{\"id\":\"%d\",\"properties\":{\"lastmodifieddate\":\"%lld\"},"
                       "\"archived\":false}",
                       given++ ? "," : "", row->id, (long long)row->stamp_ms);
    }
    icp_buf_add_cstr(&answer->body, "]");
    if (offset + given < matched)
        icp_buf_format(&answer->body, ",\"paging\":{\"next\":{\"after\":\"%zu\"}}", offset + given);
    icp_buf_add_cstr(&answer->body, "}");
    if (offset + 200 > 10000) {
        index->past_cap++;
        answer->status = 400;
    }
}

static void search(struct fake *fake, const struct icp_exchange *request, struct icp_answer *answer)
{
    struct index *index = fake->context;
    struct icp_json_document *document = icp_json_open(request->body, &fake->err);

    answer->limit_remaining = -1;
    put_page(index, icp_json_root(document), answer);
    icp_json_close(document);
    index->searches++;
    if (index->edit_every && index->searches % index->edit_every == 0) {
        index->rows[0].place_ms = index->rows[0].stamp_ms =
            BASE_MS + 1000000000 + (int64_t)index->searches;
        qsort(index->rows, index->count, sizeof(index->rows[0]), by_place);
    }
}

/* Walks to the end. */
static size_t walk_all(struct index *index, int64_t since_ms)
{
    struct fake fake;
    struct icp_request request = {.object = ICP_CONTACT};
    struct icp_cursor cursor = {.mode = ICP_CURSOR_CHANGES, .since_ms = since_ms};
    struct icp_page page = {0};
    size_t pages = 0;

    fake_open(&fake, NULL, 0);
    fake.answer = search;
    fake.context = index;
    qsort(index->rows, index->count, sizeof(index->rows[0]), by_place);
    for (; !page.last; pages++) {
        icp_arena_reset(&fake.arena);
        if (hubspot_ops.changed(fake.connector, &request, &cursor, &fake.arena, &page, &fake.err) !=
            ICP_OK)
            fail_msg("page %zu: %s", pages, fake.err.message);
        for (size_t i = 0; i < page.count; i++) {
            int64_t id = 0;

            assert_false(page.records[i].complete);
            assert_true(icp_integer_parse(page.records[i].id, &id));
            index->seen[id] = true;
        }
        cursor = page.next;
        if (pages > 400)
            fail_msg("the walk does not end");
    }
    assert_true(fake.waited_ms >= (int64_t)(index->searches - 1) * HUBSPOT_SEARCH_GAP_MS);
    assert_int_equal(index->past_cap, 0);
    fake_close(&fake);
    return pages;
}

static struct index *make_index(size_t count, int64_t (*place)(size_t i))
{
    struct index *index = calloc(1, sizeof(*index));

    assert_non_null(index);
    index->count = count;
    for (size_t i = 0; i < count; i++) {
        index->rows[i].id = (int)i;
        index->rows[i].place_ms = index->rows[i].stamp_ms = place(i);
    }
    return index;
}

static void assert_all_seen(const struct index *index, const char *why)
{
    for (size_t i = 0; i < index->count; i++)
        if (!index->seen[i])
            fail_msg("%s: record %zu was missed", why, i);
}

static int64_t spread(size_t i)
{
    return BASE_MS + (int64_t)i * 10;
}

static int64_t one_pile(size_t i)
{
    return i < 500     ? BASE_MS + (int64_t)i
           : i < 11000 ? BASE_MS + 1000
                       : BASE_MS + 2000 + (int64_t)i;
}

static int64_t pairs(size_t i)
{
    return BASE_MS + (int64_t)(i / 2);
}

static void finds_everything(void **state)
{
    static const struct {
        const char *why;
        size_t count;
        int64_t (*place)(size_t i);
        size_t edit_every;
        size_t most_pages;
    } cases[] = {
        {"nothing changed is one search", 0, spread, 0, 1},
        {"a page is one search", 200, spread, 0, 1},
        {"more than the cap", 11999, spread, 0, 70},
        {"10,500 in one millisecond", 11900, one_pile, 0, 125},
        {"two a millisecond over the cap", 11999, pairs, 0, 70},
        {"people edit while we page", 11999, spread, 1, 80},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct index *index = make_index(cases[i].count, cases[i].place);
        size_t pages = 0;

        index->edit_every = cases[i].edit_every;
        pages = walk_all(index, 0);
        assert_all_seen(index, cases[i].why);
        if (pages > cases[i].most_pages)
            fail_msg("%s: %zu pages", cases[i].why, pages);
        free(index);
    }
}

/* A new process after each page knows the position's text alone. Its pages begin at a time that
   was surely reached, so they overlap, but they must move on and miss nothing. */
static void goes_on_in_a_new_process(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake fake;
        struct icp_request request = {.object = ICP_CONTACT};
        struct icp_cursor cursor = {.mode = ICP_CURSOR_CHANGES};
        struct icp_page page = {0};
        struct index *index = make_index(11900, i ? one_pile : spread);

        fake_open(&fake, NULL, 0);
        fake.answer = search;
        fake.context = index;
        qsort(index->rows, index->count, sizeof(index->rows[0]), by_place);
        for (size_t pages = 0; !page.last && pages < 300; pages++) {
            icp_arena_reset(&fake.arena);
            assert_int_equal(hubspot_ops.changed(fake.connector, &request, &cursor, &fake.arena,
                                                 &page, &fake.err),
                             ICP_OK);
            for (size_t r = 0; r < page.count; r++) {
                int64_t id = 0;

                assert_true(icp_integer_parse(page.records[r].id, &id));
                index->seen[id] = true;
            }
            cursor = page.next;
            if (pages == 3 || pages == 20 || pages == 80) /* killed and started again */
                fake.connector->walks[ICP_CONTACT] = (struct hubspot_walk){0};
        }
        assert_true(page.last);
        assert_all_seen(index, "a new process");
        fake_close(&fake);
        free(index);
    }
}

/* The index shows a newer value at an old place: going on from the newest time seen would jump. */
static void stale_places_do_not_make_it_jump(void **state)
{
    struct index *index = make_index(11999, spread);

    (void)state;
    for (size_t i = 0; i < index->count; i += 3)
        index->rows[i].stamp_ms = BASE_MS + 900000000;
    walk_all(index, 0);
    assert_all_seen(index, "stale places");
    free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_everything),
        cmocka_unit_test(goes_on_in_a_new_process),
        cmocka_unit_test(stale_places_do_not_make_it_jump),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
