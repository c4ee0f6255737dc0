/* A connector's dictionary: what is read, and that a mistake in it names its place. */
#include "check.h"

#include "dictionary.h"
#include "file.h"

/* connectors/hubspot/fields.yaml, by dictionary_table.c */
extern const struct icp_dictionary built_dictionary;

static const char text[] =
    "fields:\n"
    "  company.employees: {type: number, from: companies.numberofemployees, about: \"Size\"}\n"
    "  company.country:\n"
    "    type: country\n"
    "    from: [companies.hs_country_code, companies.country]\n"
    "signals:\n"
    "  form_submit:\n"
    "    count: contacts.num_conversion_events\n"
    "    last: contacts.recent_conversion_date\n"
    "    attributes: {form: contacts.recent_conversion_event_name}\n"
    "  email_reply: {last: contacts.hs_sales_email_last_replied}\n"
    "always:\n"
    "  contacts.email: \"to find a person\"\n";

static void test_reading(void **state)
{
    struct icp_arena arena;
    struct icp_diagnostics list;

    (void)state;
    icp_arena_open(&arena, 65536);
    icp_diagnostics_open(&list, &arena, "fields.yaml");
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_str_from(text), &arena, &list);
    assert_non_null(dictionary);
    check_text("the CRM", dictionary->crm, ICP_STR("hubspot"));
    const struct icp_field *field = icp_dictionary_field(dictionary, ICP_STR("company.country"));
    assert_int_equal(field->type, ICP_TYPE_COUNTRY);
    assert_int_equal(field->source_count, 2);
    assert_int_equal(field->sources[1].object, ICP_COMPANY);
    check_text("sources keep their order", field->sources[1].property, ICP_STR("country"));
    field = icp_dictionary_field(dictionary, ICP_STR("company.employees"));
    assert_int_equal(field->source_count, 1);
    assert_null(icp_dictionary_field(dictionary, ICP_STR("company.employee")));
    const struct icp_signal_definition *signal =
        icp_dictionary_signal(dictionary, ICP_STR("form_submit"));
    check_text("count", signal->count.property, ICP_STR("num_conversion_events"));
    check_text("last", signal->last.property, ICP_STR("recent_conversion_date"));
    assert_int_equal(signal->attribute_count, 1);
    signal = icp_dictionary_signal(dictionary, ICP_STR("email_reply"));
    assert_int_equal(signal->count.property.length, 0);
    assert_null(icp_dictionary_signal(dictionary, ICP_STR("form")));
    assert_int_equal(dictionary->always_count, 1);
    assert_int_equal(dictionary->always[0].object, ICP_CONTACT);
    check_text("always read", dictionary->always[0].property, ICP_STR("email"));
    icp_arena_close(&arena);
}

static void test_options(void **state)
{
    static const struct {
        const char *written, *value;
    } rows[] = {
        {"Marketing Qualified Lead", "marketingqualifiedlead"},
        {"customer", "customer"},
        {" CUSTOMER ", "customer"},
        {"Legal & Compliance", "LEGAL_AND_COMPLIANCE"},
        {"Organic Social", "SOCIAL_MEDIA"},
        {"social media",
         NULL}, /* its label has other letters: which of them is meant is not known */
        {"customers", NULL},
        {"", NULL},
        {"; ,", NULL},
    };
    const struct icp_field field = {
        .options = ICP_STR("subscriber, marketingqualifiedlead, customer, LEGAL_AND_COMPLIANCE, "
                           "SOCIAL_MEDIA = Organic Social")};
    const struct icp_field none = {.whole = true};
    struct icp_arena arena;
    size_t count;

    (void)state;
    icp_arena_open(&arena, 65536);
    const struct icp_field_option *options = icp_field_options(&field, &arena, &count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_text(rows[i].written, icp_option_find(options, count, icp_str_from(rows[i].written)),
                   rows[i].value != NULL ? icp_str_from(rows[i].value) : (struct icp_str){0});
    assert_null(icp_field_options(&none, &arena, &count));
    assert_int_equal(count, 0);
    icp_arena_close(&arena);
}

static const struct {
    const char *why;
    const char *text;
    const char *code;
    uint32_t line, column;
    const char *hint;
} mistakes[] = {
    {"not a mapping", "- a\n", "wrong-type", 1, 1, NULL},
    {"a section with a typing error", "field: {}\n", "unknown-key", 1, 1,
     "Did you mean \"fields\"?"},
    {"a section that is a list", "fields: [a]\n", "wrong-type", 1, 9, NULL},
    {"a field that is a text", "fields:\n  a.b: number\n", "wrong-type", 2, 8, NULL},
    {"an unknown key of a field",
     "fields:\n  a.b: {type: text, form: contacts.x, from: "
     "contacts.x}\n",
     "unknown-key", 2, 21, "Did you mean \"from\"?"},
    {"no type", "fields:\n  a.b: {from: contacts.x}\n", "bad-type", 2, 8, NULL},
    {"a type that does not exist", "fields:\n  a.b: {type: int, from: contacts.x}\n", "bad-type", 2,
     8, NULL},
    {"no source", "fields:\n  a.b: {type: text}\n", "missing-key", 2, 8, NULL},
    {"a source without object", "fields:\n  a.b: {type: text, from: email}\n", "bad-source", 2, 27,
     "Write the object and the property, such as companies.numberofemployees."},
    {"a source of another object", "fields:\n  a.b: {type: text, from: [deals.x]}\n", "bad-source",
     2, 28, "Write the object and the property, such as companies.numberofemployees."},
    {"a signal without a last date", "signals:\n  s: {count: contacts.n}\n", "missing-key", 2, 6,
     NULL},
    {"a bad attribute", "signals:\n  s: {last: contacts.l, attributes: {a: b}}\n", "bad-source", 2,
     41, "Write the object and the property, such as companies.numberofemployees."},
    {"attributes that are a list", "signals:\n  s: {last: contacts.l, attributes: [a]}\n",
     "wrong-type", 2, 37, NULL},
    {"a bad name among those always read", "always:\n  email: \"why\"\n", "bad-source", 2, 3,
     "Write the object and the property, such as companies.numberofemployees."},
    {"a text that is whole", "fields:\n  a.b: {type: text, whole: true, from: contacts.x}\n",
     "bad-value", 2, 28, NULL},
    {"options as a list", "fields:\n  a.b: {type: text, options: [a], from: contacts.x}\n",
     "bad-value", 2, 30, NULL},
    {"a field twice",
     "fields:\n  a.b: {type: text, from: contacts.x}\n  a.b: {type: text, from: contacts.y}\n",
     "duplicate-key", 3, 3, NULL},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        struct icp_arena arena;
        struct icp_diagnostics list;
        icp_arena_open(&arena, 65536);
        icp_diagnostics_open(&list, &arena, "fields.yaml");
        if (icp_dictionary_parse(ICP_STR("x"), icp_str_from(mistakes[i].text), &arena, &list) !=
                NULL ||
            list.count != 1)
            fail_msg("%s: %zu reports", mistakes[i].why, list.count);
        check_text(mistakes[i].why, icp_str_from(list.items[0].code),
                   icp_str_from(mistakes[i].code));
        check_number(mistakes[i].why, list.items[0].line, mistakes[i].line);
        check_number(mistakes[i].why, list.items[0].column, mistakes[i].column);
        check_text(mistakes[i].why, list.items[0].hint, icp_str_from(mistakes[i].hint));
        icp_arena_close(&arena);
    }
}

static const struct {
    const char *why;
    const char *text;
    bool good;
    enum icp_object object;
    const char *property;
} sources[] = {
    {"a person's", "contacts.email", true, ICP_CONTACT, "email"},
    {"a company's, with space around", " companies.name ", true, ICP_COMPANY, "name"},
    {"only the first dot parts", "contacts.a.b", true, ICP_CONTACT, "a.b"},
    {"no property", "contacts.", false, ICP_CONTACT, ""},
    {"no dot", "contacts", false, ICP_CONTACT, ""},
    {"no object", ".email", false, ICP_CONTACT, ""},
    {"singular", "contact.email", false, ICP_CONTACT, ""},
    {"nothing", "", false, ICP_CONTACT, ""},
};

static void test_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        struct icp_source source = {0};
        check_number(sources[i].why, icp_source_parse(icp_str_from(sources[i].text), &source),
                     sources[i].good);
        if (!sources[i].good)
            continue;
        check_number(sources[i].why, source.object, sources[i].object);
        check_text(sources[i].why, source.property, icp_str_from(sources[i].property));
    }
}

/* The dictionary that is shipped; a mistake in it would stop every rule file. */
static void check_source(const char *why, const struct icp_source *got,
                         const struct icp_source *want)
{
    assert_int_equal(got->object, want->object);
    check_text(why, got->property, want->property);
}

static void check_signal(const struct icp_signal_definition *got,
                         const struct icp_signal_definition *want)
{
    check_text("signal", got->name, want->name);
    check_source("count", &got->count, &want->count);
    check_source("last", &got->last, &want->last);
    assert_int_equal(got->attribute_count, want->attribute_count);
    for (size_t k = 0; k < want->attribute_count; k++) {
        check_text("attribute", got->attributes[k].name, want->attributes[k].name);
        check_text("its property", got->attributes[k].value, want->attributes[k].value);
    }
}

/* What the build made of the file is what is read from it. */
static void check_table(const struct icp_dictionary *got, const struct icp_dictionary *want)
{
    check_text("CRM", got->crm, want->crm);
    assert_int_equal(got->field_count, want->field_count);
    for (size_t i = 0; i < want->field_count; i++) {
        check_text("field", got->fields[i].name, want->fields[i].name);
        assert_int_equal(got->fields[i].type, want->fields[i].type);
        assert_int_equal(got->fields[i].whole, want->fields[i].whole);
        check_text("options", got->fields[i].options, want->fields[i].options);
        assert_int_equal(got->fields[i].source_count, want->fields[i].source_count);
        for (size_t k = 0; k < want->fields[i].source_count; k++)
            check_source("from", &got->fields[i].sources[k], &want->fields[i].sources[k]);
    }
    assert_int_equal(got->signal_count, want->signal_count);
    for (size_t i = 0; i < want->signal_count; i++)
        check_signal(&got->signals[i], &want->signals[i]);
    assert_int_equal(got->always_count, want->always_count);
    for (size_t i = 0; i < want->always_count; i++)
        check_source("always", &got->always[i], &want->always[i]);
}

static void test_the_hubspot_dictionary(void **state)
{
    enum { FILE_MOST = 1024 * 1024 };
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf file;
    struct icp_err err = {0};

    (void)state;
    icp_arena_open(&arena, (size_t)8 << 20);
    icp_diagnostics_open(&list, &arena, "fields.yaml");
    icp_buf_open(&file, FILE_MOST);
    assert_int_equal(
        icp_file_read(ICP_SOURCE_DIR "/connectors/hubspot/fields.yaml", FILE_MOST, &file, &err),
        ICP_OK);
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&file), &arena, &list);
    assert_int_equal(list.count, 0);
    assert_non_null(dictionary);
    assert_non_null(icp_dictionary_field(dictionary, ICP_STR("company.employees")));
    check_table(&built_dictionary, dictionary);
    icp_buf_finish(&file);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_the_hubspot_dictionary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
