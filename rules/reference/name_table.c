/*
 * Finding a text in a table that the build wrote (generate/emit.c). Both sides hash by icp_str_hash
 * and step by one slot; since half of the slots are empty at least, every search ends.
 */
#include "name_table.h"

uint16_t icp_name_find(const struct icp_name_table *table, struct icp_str text)
{
    if (icp_str_is_empty(text))
        return ICP_NAME_NONE;
    uint32_t at = (uint32_t)icp_str_hash(text) & table->mask;
    for (;; at = (at + 1) & table->mask) {
        const struct icp_name_slot *slot = &table->slots[at];
        if (slot->length == 0)
            return ICP_NAME_NONE;
        struct icp_str name = {(const char *)table->texts + slot->at, slot->length};
        if (icp_str_equal(name, text))
            return slot->value;
    }
}
