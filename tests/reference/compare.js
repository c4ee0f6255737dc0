'use strict';
// Scores random records with random ICP files twice, by the program and by the evaluator beside this file, and compares score,
// grade, tier, coverage, fit, engagement and every reason's points, which must also add up.
//   node compare.js --icp PROGRAM [--files 50] [--records 20000] [--seed 1] [--keep FOLDER]     the program and its fast engine
//   node compare.js --plain 'COMMAND {rules} …' [--files 50] …                                  a command that reads records on standard input
// Closes with "N passed, N failed"; the exit status is 1 when anything differed. What differed is shown with file, record and both answers.
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const { spawn } = require('child_process');
const { Random, types, weightedFile, pointsFile, constants, record } = require('./generate.js');
const { evaluate } = require('./reference.js');

const options = { icp: '', plain: '', files: '50', records: '20000', seed: '1', keep: '' };
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];
const AS_OF = 20468; // 2026-01-15
const SHOWN = 5;

const folder = options.keep || fs.mkdtempSync(path.join(os.tmpdir(), 'icp-reference.'));
fs.mkdirSync(folder, { recursive: true });

function writeInputs(seed) {
  const random = new Random(seed);
  const file = seed % 3 === 0 ? pointsFile(random, seed) : weightedFile(random, seed);
  const known = constants(file);
  const records = Array.from({ length: Number(options.records) }, (_, i) => record(random, known, i + 1, AS_OF));
  const names = { rules: path.join(folder, `${seed}.icp.yaml`), data: path.join(folder, `${seed}.ndjson`) };
  fs.writeFileSync(names.rules, JSON.stringify(file, null, 1));
  const data = fs.openSync(names.data, 'w');
  for (const one of records) fs.writeSync(data, `${JSON.stringify(one)}\n`);
  fs.closeSync(data);
  return { file, records, names };
}

const withPoints = (reasons) => Object.fromEntries(Object.entries(reasons).filter(([, points]) => points !== 0));

// "size:+12|held:-3" → {size: 12, held: -3}
function readReasons(text) {
  const found = {};
  // lines of one name add up: fit and engagement may both be held
  for (const part of typeof text === 'string' ? text.split('|').filter(Boolean) : text || []) {
    const at = part.lastIndexOf(':');
    const points = part.slice(at + 1);
    const id = part.slice(0, at);
    found[id] = points === 'DQ' ? 'DQ' : (found[id] || 0) + Number(points);
  }
  return withPoints(found);
}

function wantedReasons(reasons) {
  const found = {};
  for (const reason of reasons) found[reason.id] = reason.points === undefined ? 'DQ' : (found[reason.id] || 0) + reason.points;
  return withPoints(found);
}

const sorted = (table) => JSON.stringify(Object.entries(table).sort());

function differs(got, want) {
  for (const key of ['score', 'grade', 'tier', 'coverage', 'fit', 'engagement'])
    if (want[key] !== null && String(got[key] ?? '') !== String(want[key])) return `${key}: the program says ${got[key]}, the reference ${want[key]}`;
  const reasons = readReasons(got.reasons);
  if (sorted(reasons) !== sorted(wantedReasons(want.reasons))) return `reasons: the program says ${sorted(reasons)}, the reference ${sorted(wantedReasons(want.reasons))}`;
  const sum = Object.values(reasons).reduce((total, points) => total + (points === 'DQ' ? 0 : points), 0);
  return want.grade === 'X' || sum === want.score ? '' : `the reasons add up to ${sum}, not to ${want.score}`;
}

function start(names) {
  if (options.plain) {
    const words = options.plain.replace('{rules}', names.rules).split(' ');
    return spawn(words[0], words.slice(1), { stdio: [fs.openSync(names.data), 'pipe', 'pipe'] });
  }
  const columns = 'id,score,grade,tier,fit,engagement,coverage,reasons';
  return spawn(options.icp, ['score', names.data, '--rules', names.rules, '--as-of', '2026-01-15', '--to', 'ndjson', '--reasons', 'ids', '--top', 'all', '--columns', columns, '--quiet'],
    { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function compareFile(seed) {
  const { file, records, names } = writeInputs(seed);
  const program = start(names);
  let complaint = '';
  program.stderr.on('data', (text) => { complaint = (complaint + text).slice(0, 2000); });
  const ended = new Promise((done) => program.on('close', done));
  const found = { same: 0, different: 0 };
  let at = 0;
  for await (const line of readline.createInterface({ input: program.stdout })) {
    const one = records[at++];
    const got = JSON.parse(line);
    const want = evaluate(file, { ...one, types }, AS_OF);
    const difference = String(got.id) === one.id ? differs(got, want) : `record ${one.id} came as ${got.id}`;
    if (difference === '') { found.same++; continue; }
    if (found.different++ < SHOWN) console.log(`file ${seed}, record ${one.id}: ${difference}\n  ${JSON.stringify(one)}`);
  }
  const status = await ended;
  if (status !== 0 || at !== records.length) {
    console.log(`file ${seed}: the program ended with ${status} after ${at} of ${records.length} records\n${complaint}`);
    found.different += records.length - at || 1;
  }
  if (!options.keep && found.different === 0) fs.rmSync(names.data);
  return found;
}

(async () => {
  let same = 0, different = 0;
  for (let i = 0; i < Number(options.files); i++) {
    const found = await compareFile(Number(options.seed) + i);
    same += found.same;
    different += found.different;
  }
  if (different === 0 && !options.keep) fs.rmSync(folder, { recursive: true });
  else console.log(`files kept in ${folder}`);
  console.log(`${same} passed, ${different} failed`);
  process.exitCode = different === 0 && same > 0 ? 0 : 1;
})();
