// DuckDB by one statement: duckdb.js csv|ndjson IN OUT THREADS. Every line × points that can be a reason has a bit
// in one number, the largest reason highest, so that the three largest are its three highest bits.
'use strict';
const { createRequire } = require('module');
const { DuckDBInstance } = createRequire(process.env.PEER_MODULES + '/')('@duckdb/node-api');
const { lines, stops, grades } = require('./rules.js');

const reasons = lines
  .flatMap((line, order) => (line.sizes || [line.points]).map((points) => ({ line, order, points })))
  .sort((a, b) => Math.abs(a.points) - Math.abs(b.points) || b.order - a.order);
const text = reasons.map((r) => `'${r.line.id}:${r.points > 0 ? '+' : ''}${r.points}'`).join(', ');
const column = (name, i) => (lines[i].sizes ? `${lines[i].sql} AS ${name}` : `coalesce(${lines[i].sql}, false) AS ${name}`);
const holds = (r) => (r.line.sizes ? `l${r.order} = ${r.points}` : `l${r.order}`);
const sum = lines.map((line, i) => (line.sizes ? `coalesce(l${i}, 0)` : `(CASE WHEN l${i} THEN ${line.points} ELSE 0 END)`)).join(' + ');
const bits = reasons.map((r, i) => `(CASE WHEN ${holds(r)} THEN ${2 ** i}::BIGINT ELSE 0 END)`).join(' + ');
// the highest bit alone: the one below it is cleared first, or rounding could carry a run of ones over
const top = (mask) => `CAST(floor(log2(${mask} & ~(${mask} >> 1))) AS BIGINT)`;
const grade = grades.map(([letter, least]) => `WHEN score >= ${least} THEN '${letter}'`).join(' ');
const stopped = stops.map((s, i) => `CASE WHEN s${i} THEN '${s.id}:DQ' END`).join(', ');

const names = ['email', 'jobtitle', 'seniority', 'department', 'industry', 'employees', 'revenue', 'growth_rate', 'country', 'technologies',
  'lifecycle_stage', 'lead_source', 'last_activity', 'page_views', 'email_opens', 'form_fills', 'demo_requested', 'unsubscribed'];
const quoted = (s) => `'${s.replace(/'/g, "''")}'`;

async function main([format, input, output, threads]) {
  const source = format === 'csv'
    ? `read_csv(${quoted(input)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')`
    : `(SELECT id, ${names.map((n) => `properties.${n} AS ${n}`).join(', ')} FROM read_json(${quoted(input)}, format = 'newline_delimited',
        columns = {id: 'VARCHAR', properties: 'STRUCT(${names.map((n) => `${n} VARCHAR`).join(', ')})'}))`;
  const sql = `COPY (
    WITH facts AS (SELECT id, ${lines.map((_, i) => column('l' + i, i)).join(', ')}, ${stops.map((s, i) => `coalesce(${s.sql}, false) AS s${i}`).join(', ')} FROM ${source}),
    sums AS (SELECT id, ${stops.map((_, i) => `s${i}`).join(', ')}, ${stops.map((_, i) => `s${i}`).join(' OR ')} AS stop, greatest(0, least(100, ${sum})) AS score, ${bits} AS m1 FROM facts),
    first AS (SELECT *, CASE WHEN m1 > 0 THEN ${top('m1')} END AS b1 FROM sums),
    second AS (SELECT *, m1 - (1::BIGINT << b1) AS m2, CASE WHEN m1 - (1::BIGINT << b1) > 0 THEN ${top('(m1 - (1::BIGINT << b1))')} END AS b2 FROM first),
    third AS (SELECT *, CASE WHEN m2 - (1::BIGINT << b2) > 0 THEN ${top('(m2 - (1::BIGINT << b2))')} END AS b3 FROM second)
    SELECT id, CASE WHEN stop THEN 0 ELSE score END AS score, CASE WHEN stop THEN 'X' ${grade} END AS grade,
      CASE WHEN stop THEN array_to_string(list_filter([${stopped}], lambda x: x IS NOT NULL)[1:3], '|')
           ELSE concat_ws('|', ([${text}])[b1 + 1], ([${text}])[b2 + 1], ([${text}])[b3 + 1]) END AS reasons
    FROM third) TO ${quoted(output)} (FORMAT csv, HEADER, QUOTE '')`;
  const db = await DuckDBInstance.create(':memory:', { threads });
  const connection = await db.connect();
  await connection.run(sql);
}
main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exitCode = 1; });
