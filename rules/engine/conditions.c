/*
 * Conditions of lines, evaluated with an eye on the limits of FEEL: one that meets a limit is
 * unknown like any other null, and is noted with its place, so that a run can name the rule.
 */
#include "evaluate.h"

static void note(struct icp_work *work, struct icp_str id, const struct icp_feel *when,
                 const char *why)
{
    struct icp_rules_stop stop = {.id = id, .why = why};
    icp_feel_place(when, &stop.line, &stop.column);
    for (uint32_t i = 0; i < work->stop_count; i++)
        if (work->stops[i].line == stop.line && work->stops[i].column == stop.column)
            return;
    if (work->stop_count < ICP_STOPS_MOST)
        work->stops[work->stop_count++] = stop;
}

bool icp_condition_holds(struct icp_work *work, struct icp_str id, const struct icp_feel *when,
                         const struct icp_value *slots)
{
    const char *stopped;
    bool holds = icp_feel_holds_watched(when, slots, work->input->as_of, work->arena, &stopped);
    if (stopped)
        note(work, id, when, stopped);
    return holds;
}

struct icp_value icp_condition_evaluate(struct icp_work *work, struct icp_str id,
                                        const struct icp_feel *when, const struct icp_value *slots)
{
    const char *stopped;
    struct icp_value value =
        icp_feel_evaluate_watched(when, slots, work->input->as_of, work->arena, &stopped);
    if (stopped)
        note(work, id, when, stopped);
    return value;
}
