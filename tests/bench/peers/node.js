// Node by hand: node.js csv|ndjson IN OUT. A state machine for CSV, JSON.parse for lines, a function a rule.
'use strict';
const fs = require('fs');
const { lines, stops, grades } = require('./rules.js');

function score(row) {
  const stopped = stops.filter((s) => s.js(row));
  if (stopped.length > 0) return `${row.id},0,X,${stopped.slice(0, 3).map((s) => s.id + ':DQ').join('|')}\n`;
  let sum = 0;
  const reasons = [];
  for (const line of lines) {
    const points = line.sizes ? line.js(row) : line.js(row) ? line.points : 0;
    if (points !== 0) { sum += points; reasons.push([line.id, points]); }
  }
  reasons.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const held = Math.max(0, Math.min(100, sum));
  const grade = grades.find(([, least]) => held >= least)[0];
  return `${row.id},${held},${grade},${reasons.slice(0, 3).map(([id, p]) => `${id}:${p > 0 ? '+' : ''}${p}`).join('|')}\n`;
}

// Calls `row` with the cells of each row; what is not whole yet waits for the next piece.
function csv(row) {
  let rest = '';
  return (piece, last) => {
    const text = rest + piece;
    let at = 0, start = 0, cells = [];
    while (at < text.length) {
      let cell;
      if (text[at] === '"') {
        let end = at + 1;
        for (;;) {
          end = text.indexOf('"', end);
          if (end < 0 || end + 1 >= text.length || text[end + 1] !== '"') break;
          end += 2;
        }
        if (end < 0 || (end + 1 >= text.length && !last)) break;
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        at = end + 1;
      } else {
        let end = at;
        while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
        if (end >= text.length && !last) break;
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (text[at] !== ',') { row(cells); cells = []; start = at + 1; }
      at++;
    }
    rest = text.slice(start);
  };
}

function ndjson(row) {
  let rest = '';
  return (piece) => {
    const parts = (rest + piece).split('\n');
    rest = parts.pop();
    for (const line of parts) if (line !== '') row(JSON.parse(line));
  };
}

const [format, input, output] = process.argv.slice(2);
const out = fs.openSync(output, 'w');
let text = 'id,score,grade,reasons\n', header = null;
const put = (row) => { text += score(row); if (text.length > 1 << 16) { fs.writeSync(out, text); text = ''; } };
const take = format === 'csv'
  ? csv((cells) => (header === null ? (header = cells) : put(Object.fromEntries(header.map((name, i) => [name, cells[i]])))))
  : ndjson((object) => {
    const row = { id: object.id };
    for (const name in object.properties) row[name] = object.properties[name] ?? '';
    put(row);
  });
fs.createReadStream(input, { encoding: 'utf8', highWaterMark: 1 << 18 })
  .on('data', (piece) => take(piece, false))
  .on('end', () => { take('', true); fs.writeSync(out, text); });
