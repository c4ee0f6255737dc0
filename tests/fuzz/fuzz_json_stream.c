/*
 * Any bytes as JSON: they are refused, or what the writer makes of the tokens reads and writes to
 * the same bytes again. A refusal sticks.
 */
#include <stdlib.h>

#include "json_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct icp_json_writer *writer, enum icp_json_token token, struct icp_str text)
{
    switch (token) {
    case ICP_JSON_OBJECT_BEGIN:
        icp_json_begin_object(writer);
        break;
    case ICP_JSON_OBJECT_END:
        icp_json_end_object(writer);
        break;
    case ICP_JSON_ARRAY_BEGIN:
        icp_json_begin_array(writer);
        break;
    case ICP_JSON_ARRAY_END:
        icp_json_end_array(writer);
        break;
    case ICP_JSON_KEY:
        icp_json_put_key_text(writer, text);
        break;
    case ICP_JSON_STRING:
        icp_json_put_text(writer, text);
        break;
    case ICP_JSON_NUMBER:
        icp_json_put_number(writer, text);
        break;
    case ICP_JSON_TRUE:
    case ICP_JSON_FALSE:
        icp_json_put_boolean(writer, token == ICP_JSON_TRUE);
        break;
    case ICP_JSON_NULL:
        icp_json_put_null(writer);
        break;
    case ICP_JSON_FINISHED:
    case ICP_JSON_BAD:
        break;
    }
}

/* True when the text was one JSON value; `out` then holds it as our writer spells it. */
static bool rewrite(struct icp_str text, struct icp_arena *arena, struct icp_buf *out)
{
    struct icp_json_reader reader;
    struct icp_json_writer writer;
    enum icp_json_token token;
    struct icp_str content = {0};

    icp_json_reader_open(&reader, text, arena);
    icp_json_writer_open(&writer, out);
    do {
        token = icp_json_next(&reader, &content);
        put(&writer, token, content);
    } while (token != ICP_JSON_FINISHED && token != ICP_JSON_BAD);
    if (icp_json_next(&reader, NULL) != token ||
        (token == ICP_JSON_BAD) != (reader.problem != NULL))
        abort();
    return token == ICP_JSON_FINISHED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_arena arena;
    struct icp_buf once, twice;
    struct icp_json_reader skipper;
    struct icp_str text = {(const char *)data, size};

    icp_arena_open(&arena, (size_t)32 * 1024 * 1024);
    icp_buf_open(&once, (size_t)16 * 1024 * 1024);
    icp_buf_open(&twice, (size_t)16 * 1024 * 1024);
    bool good = rewrite(text, &arena, &once);
    if (good && !arena.full && !once.failed &&
        (!rewrite(icp_buf_view(&once), &arena, &twice) ||
         !icp_str_equal(icp_buf_view(&once), icp_buf_view(&twice))))
        abort();
    icp_json_reader_open(&skipper, text, &arena);
    bool skipped = icp_json_skip(&skipper) && icp_json_next(&skipper, NULL) == ICP_JSON_FINISHED;
    if (skipped != good && !arena.full)
        abort();
    icp_buf_finish(&once);
    icp_buf_finish(&twice);
    icp_arena_close(&arena);
    return 0;
}
