/*
 * The door of the condition language: takes a text through its stages and answers questions about
 * the result. A program exists only when no stage reported anything.
 */
#include "feel_internal.h"

#include "utf8.h"

static bool check_text(struct feel_compilation *c)
{
    if (c->text.length > ICP_MAX_EXPRESSION) {
        feel_error(c, "feel-too-long", 0, "the condition has %zu bytes, at most %d are read",
                   c->text.length, ICP_MAX_EXPRESSION);
        icp_report_hint(c->list, "Move long lists to the lists section of the file.");
        return false;
    }
    if (icp_utf8_valid(c->text))
        return true;
    feel_error(c, "feel-syntax", 0, "the condition is not valid UTF-8");
    return false;
}

static void note_unguarded(struct feel_compilation *c, struct icp_feel *feel,
                           const struct feel_node *name)
{
    feel->unguarded = name != NULL;
    if (name == NULL)
        return;
    feel->unguarded_name = icp_arena_copy(c->arena, name->symbol->name);
    feel_place(c, name->offset, &feel->unguarded_line, &feel->unguarded_column);
}

static struct icp_feel *compile(struct feel_compilation *c)
{
    bool cut = false;
    struct feel_node *root = check_text(c) ? feel_parse(c) : NULL;

    if (root != NULL)
        feel_check(c, root);
    if (root == NULL || c->failed)
        return NULL;
    const struct feel_node *unguarded = feel_find_unguarded(root);
    const struct feel_node name = unguarded == NULL ? (struct feel_node){0} : *unguarded;
    struct icp_str canonical = feel_print(root, c->text, c->arena, &cut);
    struct icp_feel *feel = feel_generate(c, root); /* folds the tree */
    if (feel == NULL)
        return NULL;
    if (!feel_take_apart(c, feel, root))
        return NULL;
    feel->canonical = canonical;
    note_unguarded(c, feel, unguarded == NULL ? NULL : &name);
    return cut || c->scratch.full || c->arena->full ? NULL : feel;
}

const struct icp_feel *icp_feel_compile(struct icp_str text, uint32_t line, uint32_t column,
                                        const struct icp_feel_scope *scope, struct icp_arena *arena,
                                        struct icp_diagnostics *list)
{
    struct feel_compilation c = {
        .text = text, .line = line, .column = column, .scope = scope, .arena = arena, .list = list};

    icp_arena_open(&c.scratch, FEEL_SCRATCH);
    struct icp_feel *feel = compile(&c);
    if (feel == NULL && !c.failed)
        feel_error(&c, "feel-too-long", 0, "the condition is too large for the memory it may use");
    icp_arena_close(&c.scratch);
    return feel;
}

enum icp_feel_type icp_feel_type_of(const struct icp_feel *feel)
{
    return feel->type;
}

bool icp_feel_uses_time(const struct icp_feel *feel)
{
    return feel->uses_time;
}

size_t icp_feel_slots(const struct icp_feel *feel, const uint32_t **slots)
{
    *slots = feel->slots;
    return feel->slot_count;
}

bool icp_feel_unguarded(const struct icp_feel *feel, struct icp_str *name, uint32_t *line,
                        uint32_t *column)
{
    *name = feel->unguarded_name;
    *line = feel->unguarded_line;
    *column = feel->unguarded_column;
    return feel->unguarded;
}

struct icp_str icp_feel_canonical(const struct icp_feel *feel)
{
    return feel->canonical;
}
