// scorecard.icp.yaml once more, as data for the peers that are programs: each line has an id, points, and a
// condition in two languages, SQL for DuckDB and JavaScript for node. `most` and `sizes` belong to the two lines
// whose points are not fixed.
'use strict';

const AS_OF = '2026-06-30';
const among = (column, values) => ({
  sql: `${column} IN (${values.map((v) => `'${v.replace(/'/g, "''")}'`).join(', ')})`,
  js: ((set) => (r) => set.has(r[column]))(new Set(values)),
});
const between = (column, low, high) => ({
  sql: `TRY_CAST(${column} AS DOUBLE) BETWEEN ${low} AND ${high}`,
  js: (r) => r[column] !== '' && +r[column] >= low && +r[column] <= high,
});
const word = (words) => ({
  sql: `regexp_matches(lower(jobtitle), '(^|[ ,/&.()-])(${words})([ ,/&.()-]|$)')`,
  js: ((e) => (r) => e.test(r.jobtitle))(new RegExp(`(^|[ ,/&.()-])(${words})([ ,/&.()-]|$)`, 'i')),
});
const address = (pattern) => ({
  sql: `regexp_matches(lower(email), '${pattern}')`,
  js: ((e) => (r) => e.test(r.email))(new RegExp(pattern, 'i')),
});
const days = (r) => Math.max(0, Math.round((Date.parse(AS_OF) - Date.parse(r.last_activity)) / 864e5));
// greatest() would take an unknown day for nothing at all
const DAY = 'TRY_CAST(last_activity AS DATE)';
const AGE = `(CASE WHEN ${DAY} > DATE '${AS_OF}' THEN 0 ELSE date_diff('day', ${DAY}, DATE '${AS_OF}') END)`;
const isTrue = (column) => ({ sql: `${column} = 'true'`, js: (r) => r[column] === 'true' });
const MOST = 1e15;

const lines = [
  ['emp_1_10', -5, between('employees', 1, 10)], ['emp_11_50', 3, between('employees', 11, 50)],
  ['emp_51_200', 8, between('employees', 51, 200)], ['emp_201_1000', 12, between('employees', 201, 1000)],
  ['emp_1001_5000', 10, between('employees', 1001, 5000)], ['emp_gt_5000', 6, between('employees', 5001, MOST)],
  ['rev_lt_1m', -3, between('revenue', -MOST, 999999)], ['rev_1m_10m', 4, between('revenue', 1e6, 9999999)],
  ['rev_10m_100m', 8, between('revenue', 1e7, 99999999)], ['rev_ge_100m', 6, between('revenue', 1e8, MOST)],
  ['growth_ge_20', 5, between('growth_rate', 20, MOST)], ['growth_neg', -4, between('growth_rate', -MOST, -0.0001)],
  ['country_tier1', 8, among('country', ['United States', 'United Kingdom', 'Canada', 'Germany', 'France', 'Netherlands', 'Australia', 'Switzerland'])],
  ['country_tier2', 4, among('country', ['Spain', 'Italy', 'Sweden', 'Norway', 'Denmark', 'Finland', 'Ireland', 'Belgium', 'Austria', 'Singapore', 'Japan', 'South Korea', 'New Zealand', 'Israel', 'Poland', 'Portugal', "Côte d'Ivoire"])],
  ['industry_core', 8, among('industry', ['COMPUTER_SOFTWARE', 'INTERNET', 'INFORMATION_TECHNOLOGY_AND_SERVICES', 'FINANCIAL_SERVICES', 'TELECOMMUNICATIONS', 'MARKETING_AND_ADVERTISING'])],
  ['industry_avoid', -10, among('industry', ['GAMBLING_CASINOS', 'TOBACCO', 'RELIGIOUS_INSTITUTIONS', 'POLITICAL_ORGANIZATION'])],
  ['seniority_exec', 10, among('seniority', ['executive', 'owner', 'partner'])],
  ['seniority_vp_dir', 8, among('seniority', ['vp', 'director'])], ['seniority_manager', 4, among('seniority', ['manager'])],
  ['seniority_junior', -6, among('seniority', ['entry', 'intern', 'student'])],
  ['dept_target', 6, among('department', ['sales', 'marketing', 'business_development', 'operations'])],
  ['title_exec', 6, word('ceo|cto|cio|cfo|cmo|coo|cro|founder|president|chief')],
  ['title_ops', 7, {
    sql: "regexp_matches(lower(jobtitle), 'revenue operations|sales operations|demand gen|growth|crm|business development|go-to-market')",
    js: (r) => /revenue operations|sales operations|demand gen|growth|crm|business development|go-to-market/i.test(r.jobtitle),
  }],
  ['title_junior', -8, word('intern|student|assistant|retired|trainee')],
  ['email_freemail', -6, address('@(gmail\\.com|yahoo\\.com|hotmail\\.com|outlook\\.com|aol\\.com|icloud\\.com|live\\.com|gmx\\.de|web\\.de|mail\\.ru|qq\\.com|163\\.com|protonmail\\.com|yandex\\.ru)$')],
  ['email_edu', -4, address('(\\.edu|\\.ac\\.uk)$')],
  ['tech_crm', 6, {
    sql: "regexp_matches(lower(technologies), '(^|;)(salesforce|hubspot|pipedrive)(;|$)')",
    js: (r) => /(^|;)(salesforce|hubspot|pipedrive)(;|$)/i.test(r.technologies),
  }],
  ['stage_qualified', 6, among('lifecycle_stage', ['marketingqualifiedlead', 'salesqualifiedlead', 'opportunity'])],
  ['source_warm', 5, among('lead_source', ['referral', 'partner', 'event', 'inbound_call'])],
  ['source_cold', -7, among('lead_source', ['purchased_list', 'scraped'])],
  ['recent_activity', {
    sizes: Array.from({ length: 15 }, (_, i) => i + 1),
    sql: `CASE WHEN ${AGE} < 90 THEN CAST(floor(15 * (90 - ${AGE}) / 90) AS INTEGER) ELSE 0 END`,
    js: (r) => (r.last_activity === '' || days(r) >= 90 ? 0 : Math.floor((15 * (90 - days(r))) / 90)),
  }],
  ['stale_1y', -8, { sql: `${AGE} > 365`, js: (r) => r.last_activity !== '' && days(r) > 365 }],
  ['page_views_10', 4, between('page_views', 10, MOST)],
  ['form_fills', {
    sizes: [3, 6, 9],
    sql: 'least(9, 3 * coalesce(TRY_CAST(form_fills AS INTEGER), 0))',
    js: (r) => Math.min(9, 3 * (+r.form_fills || 0)),
  }],
  ['demo_requested', 15, isTrue('demo_requested')],
  ['engaged_email', 3, {
    sql: 'TRY_CAST(email_opens AS INTEGER) >= 5 AND TRY_CAST(page_views AS INTEGER) >= 3',
    js: (r) => +r.email_opens >= 5 && +r.page_views >= 3,
  }],
].map(([id, points, when]) => (when ? { id, points, ...when } : { id, ...points }));

const stops = [
  ['dq_unsubscribed', isTrue('unsubscribed')],
  ['dq_country', among('country', ['Cuba', 'Iran', 'North Korea', 'Syria'])],
  ['dq_competitor', address('@(rivalcrm\\.com|leadhoarder\\.io|scorely\\.ai)$')],
  ['dq_customer', among('lifecycle_stage', ['customer', 'evangelist'])],
].map(([id, when]) => ({ id, ...when }));

module.exports = { lines, stops, grades: [['A', 70], ['B', 50], ['C', 30], ['D', 0]] };
