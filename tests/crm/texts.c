/*
 * The pool of texts. Owns every value of every record; a text is stored once and never moves or
 * goes away before the CRM closes. A handle is the place of the text in units of 8 bytes, so that
 * 32 bits reach 32 GiB. Invariant: a slot of the table holds 0 or the handle of a stored text.
 */
#include "model.h"

#include <string.h>

enum { CHUNK_BYTES = 1 << 20, UNIT = 8, UNITS_PER_CHUNK = CHUNK_BYTES / UNIT };

struct entry_head {
    uint32_t hash, length;
};

static char *place(const struct sim_texts *texts, uint32_t handle)
{
    return texts->chunks[handle / UNITS_PER_CHUNK] + (size_t)(handle % UNITS_PER_CHUNK) * UNIT;
}

static struct entry_head head_of(const struct sim_texts *texts, uint32_t handle)
{
    struct entry_head head;
    memcpy(&head, place(texts, handle), sizeof(head));
    return head;
}

struct icp_str sim_text(const struct sim_texts *texts, uint32_t handle)
{
    if (handle == 0)
        return (struct icp_str){0};
    return (struct icp_str){place(texts, handle) + sizeof(struct entry_head),
                            head_of(texts, handle).length};
}

static void add_chunk(struct sim_texts *texts)
{
    size_t count = texts->chunk_count + 1;

    texts->chunks = sim_must(icp_reallocate(texts->chunks, count, sizeof(*texts->chunks)));
    texts->chunks[texts->chunk_count] = sim_must(icp_allocate(CHUNK_BYTES, 1));
    /* handle 0 means no text, so the very first unit is left free */
    texts->chunk_used = texts->chunk_count == 0 ? UNIT : 0;
    texts->chunk_count = count;
}

static uint32_t store(struct sim_texts *texts, struct icp_str text, uint32_t hash)
{
    struct entry_head head = {.hash = hash, .length = (uint32_t)text.length};
    size_t bytes = sizeof(head) + text.length + 1;
    uint32_t handle;
    char *at;

    bytes = (bytes + UNIT - 1) / UNIT * UNIT;
    if (texts->chunk_count == 0 || texts->chunk_used + bytes > CHUNK_BYTES)
        add_chunk(texts);
    at = texts->chunks[texts->chunk_count - 1] + texts->chunk_used;
    handle = (uint32_t)((texts->chunk_count - 1) * UNITS_PER_CHUNK + texts->chunk_used / UNIT);
    memcpy(at, &head, sizeof(head));
    memcpy(at + sizeof(head), text.data, text.length);
    at[sizeof(head) + text.length] = '\0';
    texts->chunk_used += bytes;
    return handle;
}

static void grow_table(struct sim_texts *texts)
{
    size_t size = texts->slot_count == 0 ? 4096 : texts->slot_count * 2;
    uint32_t *slots = sim_must(icp_allocate(size, sizeof(*slots)));

    for (size_t i = 0; i < texts->slot_count; i++) {
        size_t at;
        if (texts->slots[i] == 0)
            continue;
        at = head_of(texts, texts->slots[i]).hash & (size - 1);
        while (slots[at] != 0)
            at = (at + 1) & (size - 1);
        slots[at] = texts->slots[i];
    }
    icp_release(texts->slots);
    texts->slots = slots;
    texts->slot_count = size;
}

static bool is_same(const struct sim_texts *texts, uint32_t handle, struct icp_str text,
                    uint32_t hash)
{
    return head_of(texts, handle).hash == hash && icp_str_equal(sim_text(texts, handle), text);
}

uint32_t sim_intern(struct sim_texts *texts, struct icp_str text)
{
    uint64_t wide = icp_str_hash(text);
    uint32_t hash = (uint32_t)(wide ^ wide >> 32);
    size_t at;

    if (icp_str_is_empty(text))
        return 0;
    /* one text must fit a chunk; no CRM value is longer than 64 KiB */
    text = icp_str_slice(text, 0, CHUNK_BYTES / 2);
    if (texts->count * 4 >= texts->slot_count * 3)
        grow_table(texts);
    for (at = hash & (texts->slot_count - 1); texts->slots[at] != 0;
         at = (at + 1) & (texts->slot_count - 1))
        if (is_same(texts, texts->slots[at], text, hash))
            return texts->slots[at];
    texts->slots[at] = store(texts, text, hash);
    texts->count++;
    return texts->slots[at];
}

void sim_texts_finish(struct sim_texts *texts)
{
    for (size_t i = 0; i < texts->chunk_count; i++)
        icp_release(texts->chunks[i]);
    icp_release(texts->chunks);
    icp_release(texts->slots);
    *texts = (struct sim_texts){0};
}
