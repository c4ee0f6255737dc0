/*
 * Checks of calls: how many arguments there are and of which types, what certainly cannot be read,
 * and what comes out.
 */
#include "feel_internal.h"

#include <string.h>

#include "utf8.h"

static bool check_count(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_function *function = node->function;
    bool many = function->most == FEEL_ANY_NUMBER_OF_ARGUMENTS;
    bool gap = (function->apply == feel_apply_date || function->apply == feel_apply_time) &&
               node->children == 2;

    if (node->children >= function->least && (many || node->children <= function->most) && !gap)
        return true;
    node->problem = "the function does not take so many arguments";
    if (!c->lenient)
        feel_error(c, "feel-type", node->offset, "%.*s does not take %u arguments",
                   ICP_STR_ARGUMENTS(function->name), (unsigned)node->children);
    return false;
}

static unsigned accepted(const struct feel_node *call, size_t index)
{
    const unsigned *accepts = call->function->accepts;
    bool one_form =
        call->function->apply == feel_apply_date || call->function->apply == feel_apply_time;
    unsigned number = FEEL_TYPE(ICP_FEEL_NUMBER);

    index = index < FEEL_MAX_PARAMETERS ? index : FEEL_MAX_PARAMETERS - 1;
    while (index > 0 && accepts[index] == 0)
        index--;
    if (!one_form || index > 0)
        return accepts[index];
    return call->children == 1 ? accepts[0] & ~number : number;
}

static void hint_argument(struct feel_compilation *c, const struct feel_node *call,
                          const struct feel_node *argument)
{
    if (call->function->apply == feel_apply_contains &&
        (argument->type == ICP_FEEL_LIST || argument->type == ICP_FEEL_VALUES))
        icp_report_hint(c->list, "Write list contains(list, \"element\").");
    else if (call->function->apply == feel_apply_list_contains && argument == call->first)
        icp_report_hint(c->list, "Write contains(text, \"part\") for a part of a text.");
}

static bool check_arguments(struct feel_compilation *c, const struct feel_node *call)
{
    size_t index = 0;

    for (const struct feel_node *argument = call->first; argument != NULL;
         argument = argument->next, index++) {
        if (argument->type == ICP_FEEL_ANY ||
            (accepted(call, index) & FEEL_TYPE(argument->type)) != 0)
            continue;
        feel_error(c, "feel-type", argument->offset, "%.*s does not take %s here",
                   ICP_STR_ARGUMENTS(call->function->name), feel_type_words(argument->type));
        hint_argument(c, call, argument);
        return false;
    }
    return true;
}

/* date("2026-13-01") can only be null: the text is wrong. */
static void check_literal_argument(struct feel_compilation *c, const struct feel_node *call)
{
    static const struct {
        feel_apply *apply;
        bool (*read)(struct icp_str text, struct feel_value *value);
    } readers[] = {
        {feel_apply_date, feel_read_date},
        {feel_apply_time, feel_read_time},
        {feel_apply_date_and_time, feel_read_datetime},
        {feel_apply_duration, feel_read_duration},
    };
    struct feel_value value;

    if (call->children != 1 || !feel_is_text_constant(call->first))
        return;
    struct icp_str text = call->first->constant.as.text, shown = icp_utf8_cut(text, 40);
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        if (call->function->apply == readers[i].apply && !readers[i].read(text, &value))
            feel_error(c, "feel-syntax", call->first->offset, "\"%.*s\" is not a %.*s",
                       ICP_STR_ARGUMENTS(shown), ICP_STR_ARGUMENTS(call->function->name));
}

/* matches(x, "[") can only be null. */
static void check_pattern(struct feel_compilation *c, const struct feel_node *call)
{
    feel_apply *apply = call->function->apply;
    const struct feel_node *pattern = call->children > 1 ? call->first->next : NULL;
    const struct feel_node *flags = NULL;
    const char *problem = NULL;

    if (apply != feel_apply_matches && apply != feel_apply_replace && apply != feel_apply_split)
        return;
    if (apply == feel_apply_matches && call->children == 3)
        flags = call->last;
    if (apply == feel_apply_replace && call->children == 4)
        flags = call->last;
    if (pattern == NULL || !feel_is_text_constant(pattern) ||
        (flags != NULL && !feel_is_text_constant(flags)))
        return;
    (void)feel_pattern_compile(&c->scratch, pattern->constant.as.text,
                               flags == NULL ? ICP_STR("") : flags->constant.as.text, &problem);
    if (problem != NULL)
        feel_error(c, "feel-syntax", pattern->offset, "%s", problem);
}

static void check_same_types(struct feel_compilation *c, const struct feel_node *first)
{
    const struct feel_node *known = NULL;

    for (const struct feel_node *argument = first; argument != NULL; argument = argument->next) {
        if (known != NULL && !feel_check_pair(c, known, argument))
            return;
        known = known == NULL && argument->type != ICP_FEEL_ANY ? argument : known;
    }
}

/* Elements looked for are of the list's type. */
static void check_element(struct feel_compilation *c, const struct feel_node *call)
{
    const struct feel_node *list = call->first;

    if (call->function->apply != feel_apply_list_contains || call->children != 2)
        return;
    if (list->kind == FEEL_NODE_LIST) {
        check_same_types(c, list->first);
        if (list->first != NULL)
            (void)feel_check_pair(c, list->first, list->next);
        return;
    }
    enum icp_feel_type type = list->next->type;
    if (list->type != ICP_FEEL_LIST || feel_type_fits(type, ICP_FEEL_TEXT))
        return;
    feel_error(c, "feel-type", list->next->offset, "the list holds texts, not %s",
               feel_type_words(type));
}

/* min(1, 2), or min([1, 2]) with a list that stands there. */
static const struct feel_node *spread_arguments(const struct feel_node *call)
{
    if (!call->function->spreads)
        return NULL;
    if (call->children == 1)
        return call->first->kind == FEEL_NODE_LIST ? call->first->first : NULL;
    return call->first;
}

static enum icp_feel_type result_type(const struct feel_node *call)
{
    const struct feel_node *argument = call->first;

    if (call->function->result != ICP_FEEL_ANY)
        return call->function->result;
    if (call->function->apply == feel_apply_abs)
        return argument->type;
    if (call->function->apply == feel_apply_duration && argument->kind == FEEL_NODE_CONSTANT &&
        argument->constant.kind == FEEL_TEXT) {
        struct feel_value value;
        return feel_read_duration(argument->constant.as.text, &value)
                   ? feel_type_of_kind((enum feel_kind)value.kind)
                   : ICP_FEEL_ANY;
    }
    argument = spread_arguments(call);
    while (argument != NULL && argument->type == ICP_FEEL_ANY)
        argument = argument->next;
    return argument == NULL ? ICP_FEEL_ANY : argument->type;
}

void feel_check_call(struct feel_compilation *c, struct feel_node *node)
{
    node->type = node->function->result;
    feel_check_children(c, node);
    if (node->problem != NULL || !check_count(c, node))
        return;
    if (node->function->apply == NULL)
        node->problem = "the function is not supported";
    if (!c->lenient && check_arguments(c, node)) {
        check_same_types(c, spread_arguments(node));
        check_element(c, node);
        check_literal_argument(c, node);
        check_pattern(c, node);
    }
    node->type = result_type(node);
}
