/*
 * Names that are read by what stands around them and not by a token: variables of loops, keys of
 * contexts, properties behind a dot, types behind "instance of". Names that hold blanks or signs
 * are remembered, so that the lexer finds them again as one name.
 */
#include "feel_internal.h"

#include <string.h>

#include "utf8.h"

static const struct icp_str properties[] = {
    ICP_STR_INIT("time offset"),
    ICP_STR_INIT("start included"),
    ICP_STR_INIT("end included"),
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_sign_of_name(char c)
{
    return c != '\0' && strchr(".-/'+*", c) != NULL;
}

static struct icp_str rest_of(const struct feel_compilation *c)
{
    return icp_str_slice(c->text, c->position, c->text.length);
}

static void skip_blanks(struct feel_compilation *c)
{
    size_t one;

    while ((one = feel_blank_length(rest_of(c))) > 0)
        c->position += one;
}

/* ---- Declared names ------------------------------------------------------------------------- */

bool feel_remember_name(struct feel_compilation *c, struct icp_str name)
{
    struct feel_word *word;
    bool plain = true;

    for (size_t i = 0; i < name.length; i++)
        plain = plain && (is_letter(name.data[i]) || is_digit(name.data[i]));
    if (plain)
        return true;
    word = ICP_NEW(&c->scratch, struct feel_word);
    if (word == NULL)
        return false;
    *word = (struct feel_word){.next = c->words, .name = name};
    c->words = word;
    return true;
}

/* One blank for each run of them, none at the ends. */
static struct icp_str with_single_blanks(struct feel_compilation *c, struct icp_str text)
{
    char *copy = icp_arena_take(c->arena, text.length + 1, 1, 1);
    size_t length = 0;

    if (copy == NULL)
        return (struct icp_str){0};
    while (text.length > 0) {
        size_t blank = feel_blank_length(text);
        if (blank > 0 && length > 0 && copy[length - 1] != ' ')
            copy[length++] = ' ';
        if (blank == 0)
            copy[length++] = text.data[0];
        text = icp_str_slice(text, blank > 0 ? blank : 1, text.length);
    }
    if (length > 0 && copy[length - 1] == ' ')
        length--;
    return (struct icp_str){copy, length};
}

static bool at_stop(struct icp_str rest, size_t at, const char *stop)
{
    struct icp_str word = icp_str_from(stop), here = icp_str_slice(rest, at, rest.length);

    if (!icp_str_has_prefix(here, word))
        return false;
    if (!is_letter(stop[0]))
        return true;
    bool begins = at > 0 && feel_blank_length(icp_str_slice(rest, at - 1, rest.length)) > 0;
    return begins && here.length > word.length && !is_letter(here.data[word.length]) &&
           !is_digit(here.data[word.length]);
}

bool feel_take_declared(struct feel_compilation *c, const char *stop, struct icp_str *name)
{
    size_t at = 0;

    if (c->failed)
        return false;
    c->position = c->token.offset;
    struct icp_str rest = rest_of(c);
    while (at < rest.length && !at_stop(rest, at, stop)) {
        bool part = is_letter(rest.data[at]) || is_digit(rest.data[at]) ||
                    is_sign_of_name(rest.data[at]) ||
                    feel_blank_length(icp_str_slice(rest, at, rest.length)) > 0;
        if (!part)
            break;
        at++;
    }
    *name = with_single_blanks(c, icp_str_slice(rest, 0, at));
    bool fine = at < rest.length && at_stop(rest, at, stop) && name->length > 0 &&
                is_letter(name->data[0]) && feel_remember_name(c, *name);
    if (!fine) {
        feel_error(c, "feel-syntax", c->token.offset, "a name, then %s, should stand here", stop);
        return false;
    }
    c->position += at;
    feel_next_token(c);
    return !c->failed;
}

/* ---- Properties ----------------------------------------------------------------------------- */

static size_t word_length(struct icp_str rest)
{
    size_t at = 0;

    if (rest.length == 0 || !is_letter(rest.data[0]))
        return 0;
    while (at < rest.length && (is_letter(rest.data[at]) || is_digit(rest.data[at])))
        at++;
    return at;
}

/* "time  offset" for "time offset"; 0: another name stands there. */
static size_t match_name(struct icp_str rest, struct icp_str name)
{
    size_t at = 0, one;

    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == ' ') {
            size_t start = at;
            while ((one = feel_blank_length(icp_str_slice(rest, at, rest.length))) > 0)
                at += one;
            if (at == start)
                return 0;
        } else if (at >= rest.length || rest.data[at++] != name.data[i]) {
            return 0;
        }
    }
    return at < rest.length && (is_letter(rest.data[at]) || is_digit(rest.data[at])) ? 0 : at;
}

static void prefer(struct icp_str rest, struct icp_str candidate, size_t *length,
                   struct icp_str *name)
{
    size_t matched = match_name(rest, candidate);

    if (matched > *length) {
        *length = matched;
        *name = candidate;
    }
}

bool feel_take_property(struct feel_compilation *c, struct icp_str *name)
{
    size_t length;

    if (c->failed)
        return false;
    skip_blanks(c);
    struct icp_str rest = rest_of(c);
    c->token.offset = (uint32_t)c->position;
    length = word_length(rest);
    *name = icp_str_slice(rest, 0, length);
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
        prefer(rest, properties[i], &length, name);
    for (const struct feel_word *word = c->words; word != NULL; word = word->next)
        prefer(rest, word->name, &length, name);
    for (size_t i = 0; i < c->scope->word_count; i++)
        prefer(rest, c->scope->words[i], &length, name);
    if (length == 0) {
        feel_error(c, "feel-syntax", c->token.offset, "the name of a property should stand here");
        return false;
    }
    *name = icp_arena_copy(c->arena, *name);
    c->position += length;
    c->token.end = (uint32_t)c->position;
    return name->data != NULL;
}

/* ---- Types ---------------------------------------------------------------------------------- */

static const struct {
    struct icp_str name;
    enum feel_type_kind kind;
    enum feel_kind value;
} type_names[] = {
    {ICP_STR_INIT("Any"), FEEL_TYPE_ANY, FEEL_NULL},
    {ICP_STR_INIT("Null"), FEEL_TYPE_NULL, FEEL_NULL},
    {ICP_STR_INIT("boolean"), FEEL_TYPE_KIND, FEEL_BOOLEAN},
    {ICP_STR_INIT("number"), FEEL_TYPE_KIND, FEEL_NUMBER},
    {ICP_STR_INIT("string"), FEEL_TYPE_KIND, FEEL_TEXT},
    {ICP_STR_INIT("date"), FEEL_TYPE_KIND, FEEL_DATE},
    {ICP_STR_INIT("time"), FEEL_TYPE_KIND, FEEL_TIME},
    {ICP_STR_INIT("date and time"), FEEL_TYPE_KIND, FEEL_DATETIME},
    {ICP_STR_INIT("dateTime"), FEEL_TYPE_KIND, FEEL_DATETIME},
    {ICP_STR_INIT("days and time duration"), FEEL_TYPE_KIND, FEEL_DURATION},
    {ICP_STR_INIT("dayTimeDuration"), FEEL_TYPE_KIND, FEEL_DURATION},
    {ICP_STR_INIT("years and months duration"), FEEL_TYPE_KIND, FEEL_MONTHS},
    {ICP_STR_INIT("yearMonthDuration"), FEEL_TYPE_KIND, FEEL_MONTHS},
    {ICP_STR_INIT("list"), FEEL_TYPE_KIND, FEEL_LIST},
    {ICP_STR_INIT("range"), FEEL_TYPE_KIND, FEEL_RANGE},
    {ICP_STR_INIT("context"), FEEL_TYPE_KIND, FEEL_CONTEXT},
    {ICP_STR_INIT("function"), FEEL_TYPE_KIND, FEEL_FUNCTION},
};

static const struct feel_type *take_type(struct feel_compilation *c, unsigned depth);

static bool take_sign(struct feel_compilation *c, const char *sign)
{
    skip_blanks(c);
    if (!icp_str_has_prefix(rest_of(c), icp_str_from(sign)))
        return false;
    c->position += icp_str_from(sign).length;
    return true;
}

enum { MOST_TYPES = 32 };

/* a: string, b: number> */
static bool take_entries(struct feel_compilation *c, struct feel_type *type, unsigned depth,
                         bool named)
{
    struct icp_str names[MOST_TYPES] = {{0}};
    const struct feel_type *types[MOST_TYPES] = {0};
    size_t count = 0;

    type->has_entries = true;
    if (take_sign(c, ">"))
        return true;
    do {
        skip_blanks(c);
        size_t length = named ? icp_str_find(rest_of(c), ICP_STR(":")) : 0;
        if (count == MOST_TYPES || (named && length == rest_of(c).length))
            return false;
        names[count] = icp_str_trim(icp_str_slice(rest_of(c), 0, length));
        c->position += named ? length + 1 : 0;
        types[count] = take_type(c, depth + 1);
        if (types[count++] == NULL)
            return false;
    } while (take_sign(c, ","));
    struct icp_str *all_names = ICP_NEW_ARRAY(c->arena, struct icp_str, count);
    const struct feel_type **all = ICP_NEW_ARRAY(c->arena, const struct feel_type *, count);
    for (size_t i = 0; i < count && all_names != NULL && all != NULL; i++) {
        all_names[i] = icp_arena_copy(c->arena, names[i]);
        all[i] = types[i];
    }
    type->names = all_names;
    type->types = all;
    type->count = count;
    return take_sign(c, ">") && all_names != NULL && all != NULL;
}

static bool take_details(struct feel_compilation *c, struct feel_type *type, unsigned depth)
{
    bool named = type->value == FEEL_CONTEXT;

    if (type->kind != FEEL_TYPE_KIND || !take_sign(c, "<"))
        return true;
    if (type->value == FEEL_LIST || type->value == FEEL_RANGE) {
        type->of = take_type(c, depth + 1);
        return type->of != NULL && take_sign(c, ">");
    }
    if (!named && type->value != FEEL_FUNCTION)
        return false;
    if (!take_entries(c, type, depth, named))
        return false;
    return named || !take_sign(c, "->") || take_type(c, depth + 1) != NULL;
}

static const struct feel_type *take_type(struct feel_compilation *c, unsigned depth)
{
    struct feel_type *type = ICP_NEW(c->arena, struct feel_type);
    size_t longest = 0;

    skip_blanks(c);
    struct icp_str rest = rest_of(c);
    if (type == NULL || depth > FEEL_MAX_VALUE_DEPTH / 2)
        return NULL;
    type->kind = FEEL_TYPE_UNKNOWN;
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        size_t matched = match_name(rest, type_names[i].name);
        if (matched <= longest)
            continue;
        longest = matched;
        type->kind = type_names[i].kind;
        type->value = type_names[i].value;
    }
    if (longest == 0)
        longest = word_length(rest);
    c->position += longest;
    return longest > 0 && take_details(c, type, depth) ? type : NULL;
}

/* The token is "instance". */
const struct feel_type *feel_take_type(struct feel_compilation *c)
{
    const struct feel_type *type;
    uint32_t offset = c->token.offset;

    c->position = c->token.end;
    skip_blanks(c);
    if (match_name(rest_of(c), ICP_STR("of")) == 0) {
        feel_error(c, "feel-syntax", offset, "\"of\" and a type should stand behind instance");
        return NULL;
    }
    c->position += 2;
    skip_blanks(c);
    offset = (uint32_t)c->position;
    type = take_type(c, 0);
    if (type == NULL)
        feel_error(c, "feel-syntax", offset, "a type should stand here");
    else if (type->kind == FEEL_TYPE_UNKNOWN && !c->lenient)
        feel_error(c, "feel-unknown-name", offset, "this type is not known");
    feel_next_token(c);
    return c->failed ? NULL : type;
}

/* ---- Is a value of a type ------------------------------------------------------------------- */

static bool holds_or_null(const struct feel_type *type, const struct feel_value *value)
{
    return value->kind == FEEL_NULL || feel_type_holds(type, value);
}

static bool items_hold(const struct feel_type *type, const struct feel_value *list)
{
    for (size_t i = 0; i < list->as.list.count; i++) {
        struct feel_value item = feel_item(list, i);
        if (!holds_or_null(type, &item))
            return false;
    }
    return true;
}

static bool entries_hold(const struct feel_type *type, const struct feel_value *context)
{
    for (size_t i = 0; i < type->count; i++) {
        const struct feel_value *entry = feel_entry(context, type->names[i]);
        if (entry == NULL || !holds_or_null(type->types[i], entry))
            return false;
    }
    return true;
}

bool feel_type_holds(const struct feel_type *type, const struct feel_value *value)
{
    if (type->kind == FEEL_TYPE_ANY)
        return value->kind != FEEL_NULL;
    if (type->kind == FEEL_TYPE_NULL)
        return value->kind == FEEL_NULL;
    if (type->kind == FEEL_TYPE_UNKNOWN || type->value != value->kind)
        return false;
    if (value->kind == FEEL_LIST && type->of != NULL)
        return items_hold(type->of, value);
    if (value->kind == FEEL_RANGE && type->of != NULL)
        return holds_or_null(type->of, &value->as.range->low) &&
               holds_or_null(type->of, &value->as.range->high);
    if (value->kind == FEEL_CONTEXT)
        return entries_hold(type, value);
    if (value->kind == FEEL_FUNCTION && type->has_entries)
        return type->count == value->as.function->parameters;
    return true;
}
