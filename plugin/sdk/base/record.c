/*
 * Names of objects and types, and the one place where a record's text gets its type. A text either
 * becomes the value that its canonical spelling says, or null together with "does not fit"; it is
 * never guessed at.
 */
#include "icp/record.h"

#include "date.h"
#include "number.h"
#include "utf8.h"

static const struct icp_str object_names[ICP_OBJECT_COUNT] = {
    [ICP_CONTACT] = ICP_STR_INIT("contact"),
    [ICP_COMPANY] = ICP_STR_INIT("company"),
};

static const struct icp_str type_names[ICP_TYPE_COUNT] = {
    [ICP_TYPE_TEXT] = ICP_STR_INIT("text"),         [ICP_TYPE_NUMBER] = ICP_STR_INIT("number"),
    [ICP_TYPE_BOOLEAN] = ICP_STR_INIT("boolean"),   [ICP_TYPE_DATE] = ICP_STR_INIT("date"),
    [ICP_TYPE_DATETIME] = ICP_STR_INIT("datetime"), [ICP_TYPE_SET] = ICP_STR_INIT("set"),
    [ICP_TYPE_CODE] = ICP_STR_INIT("code"),         [ICP_TYPE_EMAIL] = ICP_STR_INIT("email"),
    [ICP_TYPE_COUNTRY] = ICP_STR_INIT("country"),
};

static size_t find(struct icp_str name, const struct icp_str *names, size_t count)
{
    size_t i = 0;
    while (i < count && !icp_str_equal(name, names[i]))
        i++;
    return i;
}

const char *icp_object_name(enum icp_object object)
{
    return (size_t)object < ICP_OBJECT_COUNT ? object_names[object].data : "no such object";
}

bool icp_object_from_name(struct icp_str name, enum icp_object *object)
{
    size_t found = find(name, object_names, ICP_OBJECT_COUNT);
    if (found == ICP_OBJECT_COUNT)
        return false;
    *object = (enum icp_object)found;
    return true;
}

const char *icp_type_name(enum icp_type type)
{
    return (size_t)type < ICP_TYPE_COUNT ? type_names[type].data : "no such type";
}

bool icp_type_from_name(struct icp_str name, enum icp_type *type)
{
    size_t found = find(name, type_names, ICP_TYPE_COUNT);
    if (found == ICP_TYPE_COUNT)
        return false;
    *type = (enum icp_type)found;
    return true;
}

typedef bool read_value(struct icp_str text, struct icp_arena *arena, struct icp_value *value);

static bool read_text(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    (void)arena;
    *value = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = text};
    return icp_utf8_valid(text);
}

static bool read_number(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    (void)arena;
    value->kind = ICP_VALUE_NUMBER;
    return icp_number_parse(text, &value->as.number);
}

static bool read_boolean(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    (void)arena;
    *value = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = icp_str_is(text, "true")};
    return value->as.boolean || icp_str_is(text, "false");
}

static bool read_date(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    (void)arena;
    value->kind = ICP_VALUE_DATE;
    return icp_date_parse(text, &value->as.date);
}

static bool read_datetime(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    (void)arena;
    value->kind = ICP_VALUE_DATETIME;
    return icp_time_parse(text, &value->as.datetime);
}

/* Empty parts ("A;;B") say nothing and are left out. */
static bool read_set(struct icp_str text, struct icp_arena *arena, struct icp_value *value)
{
    size_t most = 1;
    for (size_t i = 0; i < text.length; i++)
        most += text.data[i] == ';' ? 1 : 0;
    struct icp_str *items = ICP_NEW_ARRAY(arena, struct icp_str, most);
    if (items == NULL || !icp_utf8_valid(text))
        return false;
    size_t count = 0;
    struct icp_str part;
    while (icp_str_cut(&text, ';', &part)) {
        part = icp_str_trim(part);
        if (part.length > 0)
            items[count++] = part;
    }
    value->kind = ICP_VALUE_LIST;
    value->as.list.items = items;
    value->as.list.count = count;
    return true;
}

static read_value *const readers[ICP_TYPE_COUNT] = {
    [ICP_TYPE_TEXT] = read_text,         [ICP_TYPE_NUMBER] = read_number,
    [ICP_TYPE_BOOLEAN] = read_boolean,   [ICP_TYPE_DATE] = read_date,
    [ICP_TYPE_DATETIME] = read_datetime, [ICP_TYPE_SET] = read_set,
    [ICP_TYPE_CODE] = read_text,         [ICP_TYPE_EMAIL] = read_text,
    [ICP_TYPE_COUNTRY] = read_text,
};

bool icp_value_from_text(enum icp_type type, struct icp_str text, struct icp_arena *arena,
                         struct icp_value *value)
{
    struct icp_value read = {.kind = ICP_VALUE_NULL};
    *value = read;
    text = icp_str_trim(text);
    if (icp_str_is_null(text) || (text.length == 0 && type != ICP_TYPE_SET))
        return true;
    if ((size_t)type >= ICP_TYPE_COUNT || !readers[type](text, arena, &read))
        return false;
    *value = read;
    return true;
}
