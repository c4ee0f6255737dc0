/* Reads the saved descriptions of a CRM's properties for `icp check`. */
#include "check_report.h"
#include "dictionary.h"
#include "file.h"
#include "json.h"

enum { MOST_PROPERTIES = 10000 };
#define MOST_BYTES                                                                                 \
    ((size_t)8 * 1024 * 1024) /* 2,000 properties with all their options are 2 MiB                 \
                               */

struct reading {
    struct icp_arena *arena;
    struct icp_rules_property *properties;
    size_t count;
    const char *path;
};

static struct icp_str copied(struct reading *reading, struct icp_str text)
{
    return icp_str_is_null(text) ? text : icp_arena_copy(reading->arena, text);
}

static void read_options(struct reading *reading, const struct icp_json *array,
                         struct icp_rules_property *property)
{
    size_t count = icp_json_count(array);
    struct icp_rules_option *options =
        ICP_NEW_ARRAY(reading->arena, struct icp_rules_option, count + 1);
    for (size_t i = 0; options && i < count; i++) {
        const struct icp_json *option = icp_json_at(array, i);
        bool text = icp_json_is_text(option);
        struct icp_str value = text ? icp_json_text(option) : icp_json_get_text(option, "value");
        if (icp_str_is_null(value))
            continue;
        options[property->option_count].value = copied(reading, value);
        if (!text)
            options[property->option_count].label =
                copied(reading, icp_json_get_text(option, "label"));
        property->option_count++;
    }
    property->options = options;
}

static enum icp_status read_property(struct reading *reading, struct icp_str crm,
                                     struct icp_str name, const struct icp_json *node,
                                     struct icp_err *err)
{
    struct icp_rules_property *property = &reading->properties[reading->count];
    struct icp_source source;
    if (!icp_source_parse(name, &source) || !icp_json_is_object(node))
        return icp_fail(err, ICP_BAD_CONFIG, "%s: \"%.*s\" is not a property with its description",
                        reading->path, ICP_STR_ARGUMENTS(name));
    if (reading->count == MOST_PROPERTIES)
        return icp_fail(err, ICP_BAD_CONFIG, "%s describes more than %d properties", reading->path,
                        MOST_PROPERTIES);
    property->crm = crm;
    property->object = source.object;
    property->name = copied(reading, source.property);
    property->type = copied(reading, icp_json_get_text(node, "type"));
    property->filled = (int32_t)icp_json_integer(icp_json_get(node, "filled"), -1);
    read_options(reading, icp_json_get(node, "options"), property);
    reading->count++;
    return ICP_OK;
}

static enum icp_status read_root(struct reading *reading, const struct icp_json *root,
                                 struct icp_err *err)
{
    void *crms = NULL;
    struct icp_str crm, name;
    const struct icp_json *properties, *property;
    if (!icp_json_is_object(root))
        return icp_fail(err, ICP_BAD_CONFIG, "%s is not a description of properties",
                        reading->path);
    while (icp_json_next_member(root, &crms, &crm, &properties)) {
        void *iterator = NULL;
        struct icp_str own = copied(reading, crm);
        while (icp_json_next_member(properties, &iterator, &name, &property))
            if (read_property(reading, own, name, property, err) != ICP_OK)
                return err->status;
    }
    return ICP_OK;
}

enum icp_status icp_check_read_properties(const char *path, struct icp_arena *arena,
                                          struct icp_rules_checking *checking, struct icp_err *err)
{
    struct reading reading = {.arena = arena, .path = path};
    struct icp_json_document *document = NULL;
    struct icp_buf text;
    icp_buf_open(&text, MOST_BYTES);
    reading.properties = ICP_NEW_ARRAY(arena, struct icp_rules_property, MOST_PROPERTIES);
    if (reading.properties && icp_file_read(path, MOST_BYTES, &text, err) == ICP_OK) {
        document = icp_json_open(icp_buf_view(&text), err);
        if (document && read_root(&reading, icp_json_root(document), err) == ICP_OK) {
            checking->properties = reading.properties;
            checking->property_count = reading.count;
        } else if (!document) {
            err->status = ICP_BAD_CONFIG;
            icp_wrap(err, "%s", path);
        }
    }
    icp_json_close(document);
    icp_buf_finish(&text);
    return err->status;
}
