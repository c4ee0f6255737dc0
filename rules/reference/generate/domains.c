/*
 * A list of domains: one a line, or one name with its endings, "hotmail.{com,co.uk,de}"; a point in
 * front says that what lies below counts too. Domains stand in the table as icp_email_domain gives
 * them; a line that is written otherwise is refused.
 */
#include "generate.h"

#include "utf8.h"

#include "name_table.h"

static bool good_domain(struct icp_arena *arena, struct icp_str domain)
{
    bool dot = false;
    for (size_t i = 0; i < domain.length; i++) {
        unsigned char c = (unsigned char)domain.data[i];
        dot = dot || c == '.';
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
              c >= 0x80))
            return false;
    }
    return domain.length > 0 && dot && domain.data[0] != '.' &&
           domain.data[domain.length - 1] != '.' &&
           icp_str_find(domain, ICP_STR("..")) == domain.length &&
           icp_str_find(domain, ICP_STR("xn--")) == domain.length &&
           icp_str_equal(icp_text_key(arena, domain), domain);
}

static enum icp_status add(struct icp_names *names, const struct icp_lines *lines,
                           struct icp_str domain, struct icp_err *err)
{
    bool below = icp_str_has_prefix(domain, ICP_STR("."));
    struct icp_str name = icp_str_slice(domain, below ? 1 : 0, domain.length);
    if (!good_domain(names->arena, name))
        return icp_fail_at(err, ICP_BAD_CONFIG, lines->path, lines->number, 1,
                           "\"%.*s\" is not a domain in lower case", ICP_STR_ARGUMENTS(domain));
    icp_names_add(names, name, below ? ICP_DOMAIN_AND_BELOW : ICP_DOMAIN_ALONE);
    return ICP_OK;
}

static enum icp_status add_endings(struct icp_names *names, const struct icp_lines *lines,
                                   struct icp_str line, size_t open, struct icp_err *err)
{
    struct icp_str stem = icp_str_slice(line, 0, open);
    struct icp_str rest = icp_str_slice(line, open + 1, line.length);
    struct icp_str ending;
    size_t close = icp_str_find(rest, ICP_STR("}"));
    if (close + 1 != rest.length)
        return icp_fail_at(err, ICP_BAD_CONFIG, lines->path, lines->number, 1,
                           "the endings of a name end with the line");
    rest = icp_str_slice(rest, 0, close);
    while (icp_str_cut(&rest, ',', &ending)) {
        struct icp_str domain = icp_arena_format(names->arena, "%.*s%.*s", ICP_STR_ARGUMENTS(stem),
                                                 ICP_STR_ARGUMENTS(icp_str_trim(ending)));
        if (add(names, lines, domain, err) != ICP_OK)
            return err->status;
    }
    return ICP_OK;
}

enum icp_status icp_generate_domains(const char *path, const char *symbol, struct icp_arena *arena,
                                     struct icp_buf *out, struct icp_err *err)
{
    struct icp_names names;
    struct icp_lines lines;
    struct icp_str line;
    if (!icp_names_open(&names, arena))
        return icp_fail(err, ICP_BUG, "out of memory");
    if (icp_lines_open(path, arena, &lines, err) != ICP_OK)
        return err->status;
    while (icp_lines_next(&lines, &line)) {
        size_t open = icp_str_find(line, ICP_STR("{"));
        enum icp_status status = open < line.length ? add_endings(&names, &lines, line, open, err)
                                                    : add(&names, &lines, line, err);
        if (status != ICP_OK)
            return status;
    }
    if (icp_names_settle(&names, err) != ICP_OK)
        return err->status;
    icp_names_emit(&names, symbol, out);
    return ICP_OK;
}
