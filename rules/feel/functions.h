/*
 * The built-in functions, by subject: each takes its arguments in the order of its parameters and
 * gives a value, null when it cannot. How many arguments there are was checked before; trailing
 * ones that may be left out are.
 */
#ifndef ICP_FEEL_FUNCTIONS_H
#define ICP_FEEL_FUNCTIONS_H

#include "value.h"

typedef struct feel_value feel_apply(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count);

/* functions_text.c */
feel_apply feel_apply_substring, feel_apply_string_length, feel_apply_upper_case,
    feel_apply_lower_case, feel_apply_substring_before, feel_apply_substring_after,
    feel_apply_contains, feel_apply_starts_with, feel_apply_ends_with, feel_apply_string_join,
    feel_apply_string, feel_apply_number;
/* functions_pattern.c */
feel_apply feel_apply_replace, feel_apply_matches, feel_apply_split;
/* functions_list.c */
feel_apply feel_apply_list_contains, feel_apply_count, feel_apply_min, feel_apply_max,
    feel_apply_all, feel_apply_any, feel_apply_sublist, feel_apply_append, feel_apply_concatenate,
    feel_apply_insert_before, feel_apply_remove, feel_apply_reverse, feel_apply_index_of,
    feel_apply_union, feel_apply_distinct_values, feel_apply_duplicate_values, feel_apply_flatten,
    feel_apply_list_replace;
/* functions_number.c */
feel_apply feel_apply_sum, feel_apply_mean, feel_apply_product, feel_apply_median,
    feel_apply_stddev, feel_apply_mode, feel_apply_decimal, feel_apply_floor, feel_apply_ceiling,
    feel_apply_round_up, feel_apply_round_down, feel_apply_round_half_up,
    feel_apply_round_half_down, feel_apply_abs, feel_apply_modulo, feel_apply_sqrt, feel_apply_log,
    feel_apply_exp, feel_apply_odd, feel_apply_even;
/* functions_time.c */
feel_apply feel_apply_date, feel_apply_time, feel_apply_date_and_time, feel_apply_duration,
    feel_apply_years_and_months_duration, feel_apply_day_of_year, feel_apply_day_of_week,
    feel_apply_month_of_year, feel_apply_week_of_year, feel_apply_today, feel_apply_now;
/* functions_range.c */
feel_apply feel_apply_before, feel_apply_after, feel_apply_meets, feel_apply_met_by,
    feel_apply_overlaps, feel_apply_overlaps_before, feel_apply_overlaps_after, feel_apply_finishes,
    feel_apply_finished_by, feel_apply_includes, feel_apply_during, feel_apply_starts,
    feel_apply_started_by, feel_apply_coincides, feel_apply_range;
/* functions_other.c */
feel_apply feel_apply_not, feel_apply_is, feel_apply_get_value, feel_apply_get_entries,
    feel_apply_context, feel_apply_context_put, feel_apply_context_merge;

#endif
