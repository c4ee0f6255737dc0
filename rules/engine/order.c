/* Small helpers of the engine that belong to no step: a stable sort of indexes, names as words. */
#include "engine.h"

#include <string.h>

static void merge(uint32_t *into, const uint32_t *from, size_t low, size_t middle, size_t high,
                  icp_index_before *before, const void *context)
{
    size_t left = low, right = middle;
    for (size_t i = low; i < high; i++) {
        bool take_right =
            right < high && (left >= middle || before(context, from[right], from[left]));
        into[i] = take_right ? from[right++] : from[left++];
    }
}

void icp_index_sort(uint32_t *index, uint32_t *scratch, size_t count, icp_index_before *before,
                    const void *context)
{
    uint32_t *from = index, *into = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;
            merge(into, from, low, middle, high, before, context);
        }
        uint32_t *swap = from;
        from = into;
        into = swap;
    }
    if (from != index && count > 0)
        memcpy(index, from, count * sizeof(*index));
}

struct icp_str icp_words(struct icp_arena *arena, struct icp_str name)
{
    char *text = icp_arena_take(arena, name.length + 1, 1, 1);
    if (!text)
        return name;
    for (size_t i = 0; i < name.length; i++) {
        text[i] = name.data[i];
        if (text[i] == '.' || text[i] == '_')
            text[i] = ' ';
    }
    return (struct icp_str){.data = text, .length = name.length};
}
