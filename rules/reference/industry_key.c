/* The spelling in which names of industries are compared; shared by the build and the look-up. */
#include "industry_table.h"

#include "utf8.h"

struct icp_str icp_industry_key(struct icp_str text, char out[ICP_INDUSTRY_KEY])
{
    struct icp_str rest = icp_text_fold(text, out, ICP_INDUSTRY_KEY);
    struct icp_str word;
    size_t length = 0;
    if (icp_str_is_null(rest))
        return rest;
    while (icp_str_cut(&rest, ' ', &word)) { /* in place: what is written never overtakes */
        if (icp_str_is(word, "and"))
            continue;
        if (length > 0)
            out[length++] = ' ';
        for (size_t i = 0; i < word.length; i++)
            out[length++] = word.data[i];
    }
    return (struct icp_str){out, length};
}
