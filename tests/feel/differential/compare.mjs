// compare.mjs ICP MODULES COUNT SEED: evaluates random expressions with `icp eval --lines` and with @bpmn-io/feelin
// (installed in MODULES) and compares. Every difference must fall into a class of classes.mjs, each explained in
// README.md by the standard's text; one that does not ends the run with 1.
import {spawnSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {Generator} from './generate.mjs';
import {classes} from './classes.mjs';

const [icp, modules, countText, seedText] = process.argv.slice(2);
const count = Number(countText), seed = Number(seedText);
const require = createRequire(`${modules}/package.json`);
const feelin = await import(pathToFileURL(require.resolve('@bpmn-io/feelin')).href);

// A value of the other interpreter in our typed form; what has no such form is told as it is.
function typed(value) {
  if (value === null || value === undefined) return {type: 'null', value: null};
  if (typeof value === 'boolean') return {type: 'boolean', value: String(value)};
  if (typeof value === 'number')
    return Number.isFinite(value) ? {type: 'decimal', value: String(value)} : {type: 'other', value: String(value)};
  if (typeof value === 'string') return {type: 'string', value};
  if (Array.isArray(value)) return {type: 'list', value: value.map(typed)};
  if (Object.getPrototypeOf(value) === Object.prototype)
    return {type: 'context', value: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, typed(v)]))};
  return {type: 'other', value: String(value)};
}

function theirs(expression) {
  try {
    return typed(feelin.evaluate(expression, {}).value);
  } catch (error) {
    return {type: 'thrown', value: String(error.message)};
  }
}

// Binary floating point is as exact as twelve digits after some operations.
function sameNumber(a, b) {
  const x = Number(a), y = Number(b);
  return x === y || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y));
}

export function same(a, b) {
  if (a.type !== b.type) return false;
  if (a.type === 'decimal') return sameNumber(a.value, b.value);
  if (a.type === 'list') return a.value.length === b.value.length && a.value.every((v, i) => same(v, b.value[i]));
  if (a.type === 'context') {
    const keys = Object.keys(a.value);
    return keys.length === Object.keys(b.value).length && keys.every((k) => k in b.value && same(a.value[k], b.value[k]));
  }
  return a.value === b.value;
}

function ours(expressions) {
  const input = expressions.map((expression, i) => JSON.stringify({id: String(i), expression})).join('\n') + '\n';
  const run = spawnSync(icp, ['eval', '--lines', '--as-of', '2026-01-15'], {input, maxBuffer: 1 << 30});
  if (run.status !== 0) throw new Error(`icp eval ended with ${run.status}: ${run.stderr}`);
  return run.stdout.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
}

const generator = new Generator(seed);
const expressions = Array.from({length: count}, () => generator.next());
const results = ours(expressions);
const tally = new Map();
let agree = 0, unexplained = 0;

expressions.forEach((expression, i) => {
  const our = results[i].value, their = theirs(expression);
  if (same(our, their)) {
    agree++;
    return;
  }
  const reason = classes.find((c) => c.matches({expression, our, their, error: results[i].error}));
  if (reason !== undefined) {
    tally.set(reason.id, (tally.get(reason.id) ?? 0) + 1);
    return;
  }
  if (++unexplained <= 40)
    console.log(`unexplained: ${expression}\n  icp    ${JSON.stringify(our)} ${results[i].error ?? ''}\n  feelin ${JSON.stringify(their)}`);
});
console.log(`${count} expressions from seed ${seed}: ${agree} agree, ${unexplained} unexplained`);
for (const [id, times] of [...tally].sort()) console.log(`  ${id}: ${times}`);
process.exit(unexplained === 0 ? 0 : 1);
