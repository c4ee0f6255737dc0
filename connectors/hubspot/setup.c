/*
 * Our property group and properties: what is there, what is missing, what is in the way. Decisions
 * are a pure comparison (compare_property); acting follows them one step at a time. A property of
 * our name in another group belongs to somebody else and is never touched; choices are added,
 * never removed, renamed or put in another order.
 */
#include "hubspot.h"

#include "json.h"

#define GROUP_NAME  "icp"
#define GROUP_LABEL "Ideal customer profile"

struct kind {
    const char *type, *field_type;
    const char *also; /* another widget of the same values, or NULL */
};
static const struct kind kinds[] = {
    [ICP_OWNED_NUMBER] = {"number", "number", NULL},
    [ICP_OWNED_CHOICE] = {"enumeration", "select", "radio"},
    [ICP_OWNED_LINE] = {"string", "text", "textarea"},
    [ICP_OWNED_TEXT] = {"string", "textarea", "text"},
    [ICP_OWNED_TIME] = {"datetime", "date", NULL},
};

struct setup {
    struct icp_connector *connector;
    enum icp_object object;
    struct icp_arena *arena;
    struct icp_err *err;
};

/* ---- deciding ------------------------------------------------------------------------------- */

static bool has_choice(const struct hubspot_property *property, struct icp_str value)
{
    for (size_t i = 0; i < property->choice_count; i++)
        if (icp_str_equal(property->choices[i].value, value))
            return true;
    return false;
}

static struct icp_str missing_choices(const struct icp_owned_field *field,
                                      const struct hubspot_property *property,
                                      struct icp_arena *arena)
{
    struct icp_str list = {0};

    for (size_t i = 0; i < field->choice_count; i++) {
        struct icp_str value = field->choices[i].value;

        if (has_choice(property, value))
            continue;
        list = icp_str_is_null(list)
                   ? icp_arena_copy(arena, value)
                   : icp_arena_format(arena, "%.*s, %.*s", ICP_STR_ARGUMENTS(list),
                                      ICP_STR_ARGUMENTS(value));
    }
    return list;
}

static bool is_widget(const struct kind *kind, struct icp_str field_type)
{
    return icp_str_is(field_type, kind->field_type) ||
           (kind->also && icp_str_is(field_type, kind->also));
}

/* What must happen with one property of ours; `held` is NULL when HubSpot has none of that name. */
static void compare_property(const struct icp_owned_field *field,
                             const struct hubspot_property *held, struct icp_arena *arena,
                             struct icp_setup_step *step)
{
    const struct kind *kind = &kinds[field->kind];
    struct icp_str missing = {0};

    step->done = false;
    step->action = ICP_SETUP_CONFLICT;
    if (!held) {
        step->action = ICP_SETUP_CREATE;
        step->reason =
            icp_arena_format(arena, "is missing; %s shown as %s", kind->type, kind->field_type);
    } else if (!icp_str_is(held->group, GROUP_NAME)) {
        step->reason = icp_arena_format(arena, "exists in the group \"%.*s\", so it is not ours",
                                        ICP_STR_ARGUMENTS(held->group));
    } else if (!icp_str_is(held->type, kind->type) || !is_widget(kind, held->field_type)) {
        step->reason =
            icp_arena_format(arena, "exists as %.*s shown as %.*s, needed is %s shown as %s",
                             ICP_STR_ARGUMENTS(held->type), ICP_STR_ARGUMENTS(held->field_type),
                             kind->type, kind->field_type);
    } else if (held->read_only) {
        step->reason = ICP_STR("exists but its value cannot be written");
    } else {
        missing = missing_choices(field, held, arena);
        step->done = icp_str_is_null(missing);
        step->action = step->done ? ICP_SETUP_EXISTS : ICP_SETUP_ADD_CHOICES;
        step->reason = step->done ? ICP_STR("exists")
                                  : icp_arena_format(arena, "lacks the choices %.*s",
                                                     ICP_STR_ARGUMENTS(missing));
    }
}

static const struct hubspot_property *find_property(const struct hubspot_properties *properties,
                                                    struct icp_str name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (icp_str_equal(properties->items[i].name, name))
            return &properties->items[i];
    return NULL;
}

/* ---- bodies --------------------------------------------------------------------------------- */

static void put_choice(struct icp_json_writer *writer, const struct hubspot_choice *choice)
{
    icp_json_begin_object(writer);
    icp_json_put_text_member(writer, "label", choice->label);
    icp_json_put_text_member(writer, "value", choice->value);
    icp_json_put_integer_member(writer, "displayOrder", choice->display_order);
    icp_json_put_boolean_member(writer, "hidden", choice->hidden);
    if (!icp_str_is_null(choice->description))
        icp_json_put_text_member(writer, "description", choice->description);
    icp_json_end_object(writer);
}

/* The list that is sent replaces the one that is there: so what is there comes first, as it is. */
static void put_choices(struct icp_json_writer *writer, const struct icp_owned_field *field,
                        const struct hubspot_property *held)
{
    int64_t order = 0;

    icp_json_put_key(writer, "options");
    icp_json_begin_array(writer);
    for (size_t i = 0; held && i < held->choice_count; i++) {
        put_choice(writer, &held->choices[i]);
        if (held->choices[i].display_order >= order)
            order = held->choices[i].display_order + 1;
    }
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct icp_choice *choice = &field->choices[i];
        struct hubspot_choice added = {.value = choice->value,
                                       .label = icp_str_is_empty(choice->label) ? choice->value
                                                                                : choice->label,
                                       .display_order = order};

        if (held && has_choice(held, choice->value))
            continue;
        put_choice(writer, &added);
        order++;
    }
    icp_json_end_array(writer);
}

static void make_create_body(struct icp_connector *connector, const struct icp_owned_field *field)
{
    struct icp_json_writer writer = hubspot_begin_body(connector);
    const struct kind *kind = &kinds[field->kind];

    icp_json_begin_object(&writer);
    icp_json_put_text_member(&writer, "name", field->name);
    icp_json_put_text_member(&writer, "label",
                             icp_str_is_empty(field->label) ? field->name : field->label);
    icp_json_put_text_member(&writer, "type", icp_str_from(kind->type));
    icp_json_put_text_member(&writer, "fieldType", icp_str_from(kind->field_type));
    icp_json_put_text_member(&writer, "groupName", ICP_STR(GROUP_NAME));
    icp_json_put_text_member(&writer, "description",
                             icp_str_is_null(field->about) ? ICP_STR("") : field->about);
    icp_json_put_boolean_member(&writer, "formField", false);
    if (field->kind == ICP_OWNED_CHOICE)
        put_choices(&writer, field, NULL);
    icp_json_end_object(&writer);
}

static void make_choices_body(struct icp_connector *connector, const struct icp_owned_field *field,
                              const struct hubspot_property *held)
{
    struct icp_json_writer writer = hubspot_begin_body(connector);

    icp_json_begin_object(&writer);
    put_choices(&writer, field, held);
    icp_json_end_object(&writer);
}

static void make_group_body(struct icp_connector *connector)
{
    struct icp_json_writer writer = hubspot_begin_body(connector);

    icp_json_begin_object(&writer);
    icp_json_put_text_member(&writer, "name", ICP_STR(GROUP_NAME));
    icp_json_put_text_member(&writer, "label", ICP_STR(GROUP_LABEL));
    icp_json_put_integer_member(&writer, "displayOrder", -1);
    icp_json_end_object(&writer);
}

/* ---- acting --------------------------------------------------------------------------------- */

/* Sends connector->body. *again: the outcome is to be seen by looking, because the thing exists
   already (409) or the answer never came. */
static enum icp_status send_change(const struct setup *setup, const char *method,
                                   enum hubspot_path path, struct icp_str tail, bool *again)
{
    const struct hubspot_call call = {.method = method,
                                      .path = path,
                                      .object = setup->object,
                                      .tail = tail,
                                      .has_body = true,
                                      .writes = true,
                                      .expected = "name"};
    struct icp_err *err = setup->err;

    *again = false;
    if (hubspot_end_body(setup->connector, err) != ICP_OK)
        return err->status;
    hubspot_send(setup->connector, &call, err);
    if (err->status == ICP_UNKNOWN || (err->status == ICP_ITEM && err->http_status == 409))
        *again = true;
    else if (err->status == ICP_ITEM)
        err->status = ICP_REMOTE;
    return err->status;
}

static enum icp_status add_choices(const struct setup *setup, const struct icp_owned_field *field,
                                   const struct hubspot_property *held, bool *again)
{
    struct icp_buf tail;

    icp_buf_open(&tail, 512);
    icp_buf_add_char(&tail, '/');
    hubspot_put_escaped(&tail, field->name);
    make_choices_body(setup->connector, field, held);
    send_change(setup, "PATCH", HUBSPOT_PROPERTIES, icp_buf_view(&tail), again);
    icp_buf_finish(&tail);
    return setup->err->status;
}

static enum icp_status act_once(const struct setup *setup, const struct icp_owned_field *field,
                                const struct hubspot_property *held,
                                const struct icp_setup_step *step, bool *again)
{
    if (step->action == ICP_SETUP_ADD_CHOICES)
        return add_choices(setup, field, held, again);
    make_create_body(setup->connector, field);
    return send_change(setup, "POST", HUBSPOT_PROPERTIES, (struct icp_str){0}, again);
}

/* Creates or extends one property. When it turns out to exist, or nobody knows, the account is
   asked again and the comparison made anew, once. */
static enum icp_status act(const struct setup *setup, const struct icp_owned_field *field,
                           const struct hubspot_property *held, struct icp_setup_step *step)
{
    struct hubspot_properties anew;
    struct icp_setup_step seen = *step;
    struct icp_err first;
    bool again = false;

    act_once(setup, field, held, step, &again);
    step->done = setup->err->status == ICP_OK;
    if (!again)
        return setup->err->status;
    first = *setup->err;
    icp_err_clear(setup->err);
    if (hubspot_properties_read(setup->connector, setup->object, setup->arena, &anew, setup->err) !=
        ICP_OK)
        return setup->err->status;
    held = find_property(&anew, field->name);
    compare_property(field, held, setup->arena, &seen);
    if (seen.action == ICP_SETUP_EXISTS) {
        step->done = true; /* what was wanted is there */
        return ICP_OK;
    }
    if (seen.action == ICP_SETUP_CONFLICT || held == NULL) {
        *step = seen.action == ICP_SETUP_CONFLICT ? seen : *step;
        if (seen.action == ICP_SETUP_CONFLICT)
            return ICP_OK;
        *setup->err = first;
        if (first.status == ICP_ITEM)
            setup->err->status = ICP_REMOTE;
        return setup->err->status;
    }
    act_once(setup, field, held, &seen, &again);
    step->done = setup->err->status == ICP_OK;
    return setup->err->status;
}

static enum icp_status find_group(const struct setup *setup, bool *exists)
{
    const struct hubspot_call call = {
        .method = "GET", .path = HUBSPOT_GROUPS, .object = setup->object, .expected = "results"};
    struct icp_json_document *document = NULL;
    const struct icp_json *groups = NULL;

    *exists = false;
    if (hubspot_ask(setup->connector, &call, setup->err) != ICP_OK)
        return setup->err->status;
    document = icp_json_open(icp_buf_view(&setup->connector->answer.body), setup->err);
    groups = icp_json_get(icp_json_root(document), "results");
    for (size_t i = 0; i < icp_json_count(groups); i++) {
        const struct icp_json *group = icp_json_at(groups, i);

        if (icp_str_is(icp_json_get_text(group, "name"), GROUP_NAME) &&
            !icp_json_get_true(group, "archived"))
            *exists = true;
    }
    icp_json_close(document);
    if (setup->err->status == ICP_ITEM)
        setup->err->status = ICP_REMOTE;
    return setup->err->status;
}

static enum icp_status set_up_group(const struct setup *setup, bool apply,
                                    struct icp_setup_step *step)
{
    bool exists = false, again = false;

    if (find_group(setup, &exists) != ICP_OK)
        return setup->err->status;
    step->object = setup->object;
    step->what = ICP_STR("property group " GROUP_NAME);
    step->action = exists ? ICP_SETUP_EXISTS : ICP_SETUP_CREATE;
    step->reason = exists ? ICP_STR("exists") : ICP_STR("is missing");
    step->done = exists;
    if (exists || !apply)
        return ICP_OK;
    make_group_body(setup->connector);
    send_change(setup, "POST", HUBSPOT_GROUPS, (struct icp_str){0}, &again);
    if (again) {
        struct icp_err first = *setup->err;

        icp_err_clear(setup->err);
        if (find_group(setup, &exists) == ICP_OK && !exists)
            *setup->err = first;
        if (setup->err->status == ICP_ITEM)
            setup->err->status = ICP_REMOTE;
    }
    step->done = setup->err->status == ICP_OK;
    return setup->err->status;
}

enum icp_status hubspot_setup(struct icp_connector *connector, enum icp_object object,
                              const struct icp_owned_field *fields, size_t count, bool apply,
                              struct icp_arena *arena, struct icp_setup_plan *plan,
                              struct icp_err *err)
{
    const struct setup setup = {connector, object, arena, err};
    struct icp_setup_step *steps = ICP_NEW_ARRAY(arena, struct icp_setup_step, count + 1);
    struct hubspot_properties properties;

    *plan = (struct icp_setup_plan){steps, 0};
    if (!steps)
        return icp_fail(err, ICP_BUG, "out of memory");
    if (hubspot_properties_read(connector, object, arena, &properties, err) != ICP_OK ||
        set_up_group(&setup, apply, &steps[plan->count++]) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++) {
        const struct hubspot_property *held = find_property(&properties, fields[i].name);
        struct icp_setup_step *step = &steps[plan->count++];

        step->object = object;
        step->what = icp_arena_format(arena, "property %.*s", ICP_STR_ARGUMENTS(fields[i].name));
        compare_property(&fields[i], held, arena, step);
        if (!apply || step->done || step->action == ICP_SETUP_CONFLICT)
            continue;
        if (act(&setup, &fields[i], held, step) != ICP_OK)
            return err->status;
    }
    if (arena->full)
        return icp_fail(err, ICP_BUG, "out of memory");
    return ICP_OK;
}
