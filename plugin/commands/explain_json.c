/*
 * An explanation as one JSON object for programs. Keys are a promise that icp(1) writes down: new
 * ones may come, none changes its meaning.
 */
#include "date.h"
#include "explain.h"
#include "json_stream.h"

/* A part that the points model does not have is null. */
static void put_part(struct icp_json_writer *json, const char *key, int32_t value)
{
    if (value >= 0) {
        icp_json_put_integer_member(json, key, value);
        return;
    }
    icp_json_put_key(json, key);
    icp_json_put_null(json);
}

static void put_outcome(struct icp_json_writer *json, const struct icp_explained *by,
                        const struct icp_result *result)
{
    const struct icp_rules_about *about = by->about;
    bool tier = result->tier < about->tier_count;
    icp_json_put_integer_member(json, "score", result->score);
    icp_json_put_text_member(json, "grade", icp_str_from(result->grade));
    icp_json_put_text_member(json, "tier",
                             tier ? about->tiers[result->tier].id : (struct icp_str){0});
    icp_json_put_text_member(json, "tier_label",
                             tier ? icp_rules_tier_label(by->rules, result->tier, result->language)
                                  : (struct icp_str){0});
    put_part(json, "fit", result->fit);
    put_part(json, "fit_in_score", result->fit_in_score);
    put_part(json, "engagement", result->engagement);
    put_part(json, "coverage", result->coverage);
}

static struct icp_str part_of(const struct icp_result *result, const struct icp_reason *reason)
{
    if (result->fit < 0)
        return ICP_STR("points");
    return reason->of_engagement ? ICP_STR("engagement") : ICP_STR("fit");
}

static void put_reasons(struct icp_json_writer *json, const struct icp_result *result)
{
    icp_json_put_key(json, "reasons");
    icp_json_begin_array(json);
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "kind", icp_str_from(icp_reason_kind_name(reason->kind)));
        icp_json_put_text_member(json, "id", reason->id);
        icp_json_put_text_member(json, "text", reason->text);
        icp_json_put_integer_member(json, "points", reason->points);
        icp_json_put_text_member(json, "part", part_of(result, reason));
        icp_json_put_integer_member(json, "own_points", reason->own_points);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void put_rules(struct icp_json_writer *json, const struct icp_explained *by)
{
    icp_json_put_text_member(json, "rules", by->about->name);
    icp_json_put_text_member(json, "rules_version", by->about->version);
    icp_json_put_text_member(json, "rules_hash", icp_str_from(by->about->score_hash));
    icp_json_put_text_member(json, "rules_file", icp_str_from(by->file));
    icp_json_put_text_member(json, "rules_standing", icp_str_from(by->standing));
    icp_json_put_text_member(json, "purpose", by->about->purpose);
}

static void put_change(struct icp_json_writer *json, const char *key,
                       const struct icp_forecast *change)
{
    char date[ICP_TIME_TEXT];
    icp_json_put_key(json, key);
    if (change->on == ICP_NO_DAY) {
        icp_json_put_null(json);
        return;
    }
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "on", icp_date_format(change->on, date));
    icp_json_put_text_member(json, "grade", icp_str_from(change->grade));
    icp_json_put_text_member(json, "tier", change->tier);
    icp_json_put_text_member(json, "tier_label", change->tier_label);
    icp_json_put_boolean_member(json, "falls", change->falls);
    icp_json_end_object(json);
}

/* What comes next if nothing happens. */
static void put_outlook(struct icp_json_writer *json, const struct icp_outlook *outlook)
{
    if (!outlook->looked)
        return;
    icp_json_put_key(json, "next");
    icp_json_begin_object(json);
    put_change(json, "grade", &outlook->grade);
    put_change(json, "tier", &outlook->tier);
    icp_json_put_text_member(json, "text", outlook->text);
    icp_json_put_text_member(json, "later", outlook->later);
    icp_json_end_object(json);
    icp_json_put_key(json, "lift");
    if (outlook->lift_grade[0] == '\0') {
        icp_json_put_null(json);
        return;
    }
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "grade", icp_str_from(outlook->lift_grade));
    icp_json_put_text_member(json, "with", outlook->lift_with);
    icp_json_put_text_member(json, "value", outlook->lift_value);
    icp_json_put_text_member(json, "text", outlook->lift);
    icp_json_end_object(json);
}

static void put_history(struct icp_json_writer *json, const struct icp_explanation *explanation)
{
    icp_json_put_key(json, "history");
    icp_json_begin_array(json);
    for (size_t i = 0; i < explanation->history_count; i++) {
        const struct icp_history_row *row = &explanation->history[i];
        char date[ICP_TIME_TEXT];
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "as_of", icp_date_format(row->as_of, date));
        icp_json_put_integer_member(json, "score", row->score);
        icp_json_put_text_member(json, "grade", row->grade);
        icp_json_put_text_member(json, "tier", row->tier);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void put_other(struct icp_json_writer *json, const struct icp_explained *other)
{
    icp_json_put_key(json, "with");
    icp_json_begin_object(json);
    put_outcome(json, other, &other->result);
    put_reasons(json, &other->result);
    put_rules(json, other);
    icp_json_end_object(json);
}

void icp_explain_json(const struct icp_explanation *explanation, struct icp_buf *out)
{
    const struct icp_explained *by = &explanation->by;
    struct icp_json_writer json;
    char date[ICP_TIME_TEXT];

    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "crm", explanation->crm);
    icp_json_put_text_member(&json, "id", explanation->id);
    icp_json_put_text_member(&json, "name", explanation->name);
    icp_json_put_text_member(&json, "company", explanation->company);
    icp_json_put_text_member(&json, "email", explanation->email);
    icp_json_put_text_member(&json, "as_of", icp_date_format(explanation->as_of, date));
    icp_json_put_text_member(&json, "language", by->result.language);
    icp_json_put_boolean_member(&json, "applies", by->result.applies);
    put_outcome(&json, by, &by->result);
    icp_json_put_text_member(&json, "reach", icp_str_from(icp_reach_name(by->result.reach)));
    icp_json_put_text_member(&json, "missing", by->result.missing_field);
    icp_json_put_text_member(&json, "call_by", explanation->call_by);
    icp_json_put_key(&json, "roles");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < by->result.role_count; i++)
        icp_json_put_text(&json, by->result.roles[i]);
    icp_json_end_array(&json);
    put_reasons(&json, &by->result);
    if (by->has_tomorrow) {
        icp_json_put_key(&json, "tomorrow");
        icp_json_begin_object(&json);
        put_outcome(&json, by, &by->tomorrow);
        icp_json_end_object(&json);
    }
    put_outlook(&json, &by->result.outlook);
    put_history(&json, explanation);
    put_rules(&json, by);
    if (explanation->other != NULL)
        put_other(&json, explanation->other);
    icp_json_end_object(&json);
}
