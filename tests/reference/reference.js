'use strict';
// A second evaluator of ICP files, plain and slow, written from the language's specification alone: it shares no code and no
// table with the engine. Numbers are exact: millionths and fractions of BigInt. It reads files in JSON form (every JSON text is
// a YAML flow text) and covers what the generator beside it writes. What it says is compared with what the program says.
//
// evaluate(file, record, asOf) → {score, fit, engagement, coverage, grade, tier, reasons: [{id, points}]}

const MICRO = 1000000n;
const NANO = 1000000000n;
const DAY = 86400000;

// ---- whole numbers ---------------------------------------------------------------------------------------------------------

const abs = (n) => (n < 0n ? -n : n);
// Half away from zero.
function divideRound(numerator, denominator) {
  const quotient = (2n * abs(numerator) + denominator) / (2n * denominator);
  return numerator < 0n ? -quotient : quotient;
}
function divideFloor(numerator, denominator) {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}
const held = (value, least, most) => (value < least ? least : value > most ? most : value);

// "12.5", "-3", "1e3" → millionths; null when it is no number or out of range.
function parseNumber(text) {
  const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!form || (form[2] + (form[3] || '')) === '') return null;
  const digits = BigInt(form[2] + (form[3] || ''));
  const power = Number(form[4] || 0) - (form[3] || '').length + 6;
  if (power > 400 || power < -400) return digits === 0n || power < 0 ? 0n : null;
  const value = power >= 0 ? digits * 10n ** BigInt(power) : divideRound(digits, 10n ** BigInt(-power));
  if (value > 9223372036854775807n) return null;
  return form[1] === '-' ? -value : value;
}

// "2026-01-15" → days since 1970-01-01; null when no calendar has it.
function parseDate(text) {
  const form = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!form) return null;
  const time = Date.UTC(Number(form[1]), Number(form[2]) - 1, Number(form[3]));
  const back = new Date(time);
  return back.getUTCMonth() + 1 === Number(form[2]) && back.getUTCDate() === Number(form[3]) ? Math.floor(time / DAY) : null;
}

// Case, surrounding and inner space, and Unicode form do not count.
function textKey(text) {
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().replace(/ς/g, 'σ').normalize('NFKC');
  return folded.trim().replace(/\s+/g, ' ');
}

// ---- values ----------------------------------------------------------------------------------------------------------------

const countries = { dk: 'DK', dnk: 'DK', denmark: 'DK', danmark: 'DK', se: 'SE', sweden: 'SE', sverige: 'SE', no: 'NO', norge: 'NO', norway: 'NO',
  de: 'DE', deu: 'DE', germany: 'DE', deutschland: 'DE', us: 'US', usa: 'US', 'united states': 'US', fi: 'FI', finland: 'FI' };

// A typed value, or null when nothing is known or the text does not fit its type.
function valueOf(type, text) {
  if (text === null || text === undefined) return null;
  const trimmed = text.trim();
  if (type === 'set') return trimmed.split(';').map((item) => item.trim()).filter((item) => item !== '');
  if (trimmed === '') return null;
  switch (type) {
    case 'number': return parseNumber(trimmed);
    case 'boolean': return trimmed === 'true' ? true : trimmed === 'false' ? false : null;
    case 'date': { const day = parseDate(trimmed); return day === null ? null : { day }; }
    case 'country': return countries[textKey(trimmed)] || null;
    default: return trimmed;
  }
}

function emailDomain(address) {
  if (typeof address !== 'string') return null;
  const form = /^[^@\s]+@([^@\s]+\.[^@\s]+)$/.exec(address.trim());
  return form ? textKey(form[1]) : null;
}

// ---- conditions: the part of FEEL that the generator writes ---------------------------------------------------------------

const tokenForm = /\s*("(?:[^"\\]|\\.)*"|@"[^"]*"|\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_.]*|<=|>=|!=|\.\.|[-+*/=<>()[\],])/gy;
function tokens(text) {
  const found = [];
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < text.trimEnd().length) {
    const match = tokenForm.exec(text);
    if (!match) throw new Error(`cannot read "${text}"`);
    // "3..5": the number form leaves the dots alone
    found.push(match[1]);
  }
  return found;
}

const twoWords = new Set(['starts with', 'ends with', 'list contains', 'lower case']);
const and3 = (a, b) => (a === false || b === false ? false : a === true && b === true ? true : null);
const or3 = (a, b) => (a === true || b === true ? true : a === false && b === false ? false : null);

function order(a, b) {
  if (a === null || b === null) return null;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'object' && typeof b === 'object' && 'day' in a && 'day' in b) return a.day - b.day;
  return null;
}
function equal(a, b) {
  if (a === null || b === null) return a === b;
  if (typeof a === 'boolean' || typeof b === 'boolean') return typeof a === typeof b ? a === b : null;
  const which = order(a, b);
  return which === null ? null : which === 0;
}
function compare(operator, a, b) {
  if (operator === '=') return equal(a, b);
  if (operator === '!=') { const same = equal(a, b); return same === null ? null : !same; }
  const which = order(a, b);
  if (which === null) return null;
  return operator === '<' ? which < 0 : operator === '<=' ? which <= 0 : operator === '>' ? which > 0 : which >= 0;
}
function inRange(value, range) {
  return and3(compare(range.openLow ? '>' : '>=', value, range.low), compare(range.openHigh ? '<' : '<=', value, range.high));
}

class Condition {
  constructor(text, names) { this.list = tokens(text); this.at = 0; this.names = names; }
  peek() { return this.list[this.at]; }
  take(wanted) {
    const token = this.list[this.at++];
    if (wanted !== undefined && token !== wanted) throw new Error(`"${wanted}" expected, not "${token}"`);
    return token;
  }
  holds() { const value = this.or(); if (this.at !== this.list.length) throw new Error(`"${this.peek()}" left over`); return value; }
  or() { let value = this.and(); while (this.peek() === 'or') { this.take(); value = or3(value, this.and()); } return value; }
  and() { let value = this.comparison(); while (this.peek() === 'and') { this.take(); value = and3(value, this.comparison()); } return value; }
  comparison() {
    const left = this.sum();
    const next = this.peek();
    if (['=', '!=', '<', '<=', '>', '>='].includes(next)) { this.take(); return compare(next, left, this.sum()); }
    if (next === 'between') { this.take(); const low = this.sum(); this.take('and'); const high = this.sum(); return inRange(left, { low, high }); }
    if (next === 'in') { this.take(); return this.member(left); }
    return left;
  }
  member(value) {
    const open = this.peek();
    if (open !== '[' && open !== '(') { const list = this.sum(); return list === null ? null : this.inList(value, list); }
    this.take();
    const items = [this.sum()];
    if (this.peek() === '..') {
      this.take();
      const high = this.sum();
      const close = this.take();
      return inRange(value, { low: items[0], high, openLow: open === '(', openHigh: close === ')' });
    }
    while (this.peek() === ',') { this.take(); items.push(this.sum()); }
    this.take(open === '[' ? ']' : ')');
    return this.inList(value, items);
  }
  inList(value, items) { return items.reduce((sum, item) => or3(sum, equal(value, item)), false); }
  sum() {
    let value = this.unary();
    while (this.peek() === '+' || this.peek() === '-') {
      const plus = this.take() === '+';
      const right = this.unary();
      value = typeof value === 'bigint' && typeof right === 'bigint' ? (plus ? value + right : value - right) : null;
    }
    return value;
  }
  unary() {
    if (this.peek() !== '-') return this.primary();
    this.take();
    const value = this.primary();
    return typeof value === 'bigint' ? -value : null;
  }
  primary() {
    let token = this.take();
    if (token === '(') { const value = this.or(); this.take(')'); return value; }
    if (token === '[') {
      const items = [];
      if (this.peek() !== ']') { items.push(this.or()); while (this.peek() === ',') { this.take(); items.push(this.or()); } }
      this.take(']');
      return items;
    }
    if (token.startsWith('@')) return { day: parseDate(token.slice(2, -1)) };
    if (token.startsWith('"')) return JSON.parse(token);
    if (/^\d/.test(token)) return parseNumber(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (twoWords.has(`${token} ${this.peek()}`)) token = `${token} ${this.take()}`;
    if (this.peek() === '(') return this.call(token);
    if (!(token in this.names)) throw new Error(`unknown name "${token}"`);
    return this.names[token];
  }
  call(name) {
    this.take('(');
    const given = [];
    if (this.peek() !== ')') { given.push(this.or()); while (this.peek() === ',') { this.take(); given.push(this.or()); } }
    this.take(')');
    const texts = given.every((value) => typeof value === 'string');
    switch (name) {
      case 'not': return typeof given[0] === 'boolean' ? !given[0] : null;
      case 'contains': return texts ? given[0].includes(given[1]) : null;
      case 'starts with': return texts ? given[0].startsWith(given[1]) : null;
      case 'ends with': return texts ? given[0].endsWith(given[1]) : null;
      case 'lower case': return texts ? given[0].toLowerCase() : null;
      case 'count': return Array.isArray(given[0]) ? BigInt(given[0].length) * MICRO : null;
      case 'list contains': return Array.isArray(given[0]) ? given[0].some((item) => equal(item, given[1]) === true) : null;
      default: throw new Error(`unknown function "${name}"`);
    }
  }
}
const condition = (text, names) => new Condition(text, names).holds();
const holds = (text, names) => condition(text, names) === true;

// ---- rules over one field: points in millionths, or null when the criterion is unknown ------------------------------------

const points = (text) => BigInt(text) * MICRO;

function bandOf(key, value) {
  const plain = /^(-?\d+)?\.\.(-?\d+)?$/.exec(key);
  if (plain) {
    const whole = divideFloor(value, MICRO);
    return (plain[1] === undefined || whole >= BigInt(plain[1])) && (plain[2] === undefined || whole <= BigInt(plain[2]));
  }
  const range = /^([[(])(-?[\d.]+?)\.\.(-?[\d.]+)([\])])$/.exec(key);
  return inRange(value, { low: parseNumber(range[2]), high: parseNumber(range[3]), openLow: range[1] === '(', openHigh: range[4] === ')' });
}

function otherwise(table) { return points(table.else); }
const keyed = (table) => Object.keys(table).filter((key) => key !== 'else');

const rules = {
  bands(value, table) { const key = keyed(table).find((band) => bandOf(band, value)); return key === undefined ? otherwise(table) : points(table[key]); },
  match(value, table) {
    const text = typeof value === 'bigint' ? showNumber(value) : textKey(String(value));
    const key = keyed(table).find((name) => textKey(name) === text);
    return key === undefined ? otherwise(table) : points(table[key]);
  },
  prefix(value, table) {
    const text = textKey(value);
    const found = keyed(table).filter((key) => text.startsWith(textKey(key))).sort((a, b) => textKey(b).length - textKey(a).length);
    return found.length === 0 ? otherwise(table) : points(table[found[0]]);
  },
  any_of(value, table) {
    const items = new Set(value.map(textKey));
    const sum = keyed(table).filter((key) => items.has(textKey(key))).reduce((total, key) => total + BigInt(table[key]), 0n);
    return (sum > 100n ? 100n : sum) * MICRO;
  },
  scale(value, table) {
    const steps = Object.entries(table).map(([at, score]) => ({ at: parseNumber(at), score: points(score) })).sort((a, b) => (a.at < b.at ? -1 : 1));
    if (value <= steps[0].at) return steps[0].score;
    for (let i = 1; i < steps.length; i++) {
      if (value >= steps[i].at) continue;
      const from = steps[i - 1];
      return from.score + divideRound((steps[i].score - from.score) * (value - from.at), steps[i].at - from.at);
    }
    return steps[steps.length - 1].score;
  },
  age_days(value, table, asOf) {
    let age = asOf - value.day;
    if (age < -1) return null;
    if (age < 0) age = 0;
    return rules.bands(BigInt(age) * MICRO, table);
  },
};

function showNumber(micro) {
  const whole = abs(micro) / MICRO;
  const rest = (abs(micro) % MICRO).toString().padStart(6, '0').replace(/0+$/, '');
  return `${micro < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

function criterionPoints(criterion, names, asOf) {
  if (criterion.cases) {
    if (criterion.field && names[criterion.field] === null) return null;
    let undecided = false;
    for (const line of criterion.cases) {
      if ('else' in line) return undecided ? null : points(line.else);
      const outcome = condition(line.when, names);
      if (outcome === true) return points(line.points);
      undecided ||= outcome === null;
    }
    throw new Error('cases without else');
  }
  const kind = Object.keys(rules).find((name) => name in criterion);
  const value = names[criterion.field];
  return value === null ? null : rules[kind](value, criterion[kind], asOf);
}

// ---- reasons ---------------------------------------------------------------------------------------------------------------

// Floors towards minus infinity; the points that are then missing go to the largest fractions, ties in order.
function shareOut(lines, total) {
  let missing = BigInt(total);
  for (const line of lines) {
    line.points = divideFloor(line.share, line.denominator);
    line.rest = line.share - line.points * line.denominator;
    missing -= line.points;
  }
  const byRest = lines.map((line, index) => ({ line, index }))
    .sort((a, b) => { const left = a.line.rest * b.line.denominator, right = b.line.rest * a.line.denominator; return left === right ? a.index - b.index : left > right ? -1 : 1; });
  for (let i = 0; missing > 0n; missing--, i = (i + 1) % byRest.length) byRest[i].line.points += 1n;
  return missing === 0n;
}

function asReasons(lines) {
  return lines.filter((line) => line.points !== 0n).map((line) => ({ id: line.id, points: Number(line.points) }));
}

// ---- engagement ------------------------------------------------------------------------------------------------------------

function globMatches(pattern, text) {
  const form = textKey(pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
  return new RegExp(`^${form}$`, 'u').test(text);
}

function lineTakes(line, signal, names) {
  for (const [attribute, patterns] of Object.entries(line.match || {})) {
    const value = (signal.attributes || {})[attribute];
    if (value === undefined || ![].concat(patterns).some((pattern) => globMatches(pattern, textKey(value)))) return false;
  }
  return line.when === undefined || holds(line.when, { ...names, ...signal.attributes });
}

const halfLife = (text) => Number(/^(\d+) days?$/.exec(text)[1]);
const factor = (age, days) => (days === undefined ? NANO : BigInt(Math.round(2 ** (-age / days) * 1e9)));

function signalDay(signal) { return Math.floor(Date.parse(signal.at) / DAY); }

// Exact points × 1e9 of a group, before cap and floor, and whether anything was counted.
function groupSum(group, section, signals, asOf) {
  const perDay = new Map();
  let nano = 0n, counted = false;
  for (const signal of signals) {
    const line = group.signals.find((one) => one.signal === signal.signal && lineTakes(one, signal, { form: null }));
    let age = asOf - signalDay(signal);
    if (!line || age < -1) continue;
    age = Math.max(age, 0);
    let times = BigInt(signal.times || 1);
    if (line.max_per_day !== undefined) {
      const key = `${group.signals.indexOf(line)}/${signalDay(signal)}`;
      const free = BigInt(line.max_per_day) - (perDay.get(key) || 0n);
      times = times > free ? free : times;
      perDay.set(key, (perDay.get(key) || 0n) + times);
    }
    const days = line.half_life || section.half_life;
    const change = BigInt(line.points) * times * factor(age, days === undefined ? undefined : halfLife(days));
    nano += change;
    counted ||= change !== 0n;
  }
  return { nano, counted };
}

function engagementOf(file, signals, asOf) {
  const groups = ((file.engagement || {}).groups || []).map((group) => {
    const sum = groupSum(group, file.engagement, signals, asOf);
    let nano = sum.nano;
    if (group.cap !== undefined && nano > BigInt(group.cap) * NANO) nano = BigInt(group.cap) * NANO;
    if (group.floor !== undefined && nano < BigInt(group.floor) * NANO) nano = BigInt(group.floor) * NANO;
    return { id: group.id, nano, counted: sum.counted };
  });
  const total = groups.reduce((sum, group) => sum + group.nano, 0n);
  return { groups, total, points: divideRound(held(total, 0n, 100n * NANO), NANO) };
}

// ---- the weighted model ----------------------------------------------------------------------------------------------------

function fitOf(file, names, asOf) {
  const lines = file.fit.criteria.map((criterion) => {
    const found = criterionPoints(criterion, names, asOf);
    const missing = criterion.missing || file.fit.missing || 'skip';
    const weight = BigInt(criterion.weight);
    const counted = found !== null || missing !== 'skip';
    return { id: criterion.id, weight, known: found !== null, missing, counted, micro: found !== null ? found : missing === 'zero' ? 0n : 50n * MICRO };
  });
  const sum = (part, what) => lines.filter(part).reduce((total, line) => total + what(line), 0n);
  const all = sum(() => true, (line) => line.weight);
  const known = sum((line) => line.known, (line) => line.weight);
  const mean = sum((line) => line.counted, (line) => line.weight);
  const adjustments = (file.fit.adjustments || []).filter((line) => holds(line.when, names)).map((line) => ({ id: line.id, points: BigInt(line.points) }));
  const added = adjustments.reduce((total, line) => total + line.points, 0n);
  const neutral = sum(() => true, (line) => line.weight * line.micro) + added * all * MICRO;
  const seen = known === 0n ? 0n : divideRound(held(sum((line) => line.counted, (line) => line.weight * line.micro) + added * mean * MICRO, 0n, 100n * mean * MICRO), mean * MICRO);
  return { lines, all, adjustments, neutral, fit: seen, nothing: known === 0n, coverage: divideRound(100n * known, all),
    inScore: divideRound(held(neutral, 0n, 100n * all * MICRO), all * MICRO) };
}

function weightedReasons(fit, engagement, percent, score) {
  const denominator = fit.all * MICRO * 100n;
  const lines = [];
  let unknown = 0n, anyUnknown = false;
  for (const line of fit.lines) {
    const share = line.weight * line.micro * percent.fit;
    if (line.known || line.missing === 'zero') { lines.push({ id: line.id, share, denominator }); continue; }
    unknown += share;
    anyUnknown = true;
  }
  if (anyUnknown) lines.push({ id: 'unknown', share: unknown, denominator });
  for (const line of fit.adjustments) lines.push({ id: line.id, share: line.points * fit.all * MICRO * percent.fit, denominator });
  const fitHeld = held(fit.neutral, 0n, 100n * fit.all * MICRO) - fit.neutral;
  if (fitHeld !== 0n) lines.push({ id: 'held', share: fitHeld * percent.fit, denominator });
  for (const group of engagement.groups) if (group.counted) lines.push({ id: group.id, share: group.nano * percent.engagement, denominator: NANO * 100n });
  const engagementHeld = held(engagement.total, 0n, 100n * NANO) - engagement.total;
  if (engagementHeld !== 0n) lines.push({ id: 'held', share: engagementHeld * percent.engagement, denominator: NANO * 100n });
  return { lines, exact: shareOut(lines, score) };
}

const markOf = (lines, number) => Object.keys(lines).find((mark) => number >= BigInt(lines[mark]));

function names(file, record) {
  const known = {};
  for (const [name, type] of Object.entries(record.types)) known[name] = valueOf(type, record.fields[name]);
  known['contact.email_domain'] = emailDomain(known['contact.email']);
  for (const [name, items] of Object.entries(file.lists || {})) known[name] = items;
  return known;
}

function tierOf(file, known) {
  const tier = file.tiers.find((line) => line.else === 'true' || holds(line.when, known));
  return tier ? tier.id : '';
}

function evaluateWeighted(file, record, asOf) {
  const known = names(file, record);
  const disqualified = (file.disqualify || []).filter((line) => holds(line.when, known)).map((line) => line.id);
  const percent = { fit: BigInt(file.score ? file.score.fit : file.engagement ? 60 : 100) };
  percent.engagement = 100n - percent.fit;
  const fit = fitOf(file, known, asOf);
  const engagement = engagementOf(file, record.signals || [], asOf);
  const score = disqualified.length > 0 ? 0n : divideRound(percent.fit * fit.inScore + percent.engagement * engagement.points, 100n);
  const tooLittle = fit.nothing || fit.coverage < BigInt(file.fit.min_coverage || 0);
  const letter = disqualified.length > 0 ? 'X' : tooLittle ? 'U' : markOf(file.grade.fit, fit.fit);
  const digit = file.grade.engagement ? markOf(file.grade.engagement, engagement.points) : '4';
  const grade = letter === 'X' ? 'X' : letter + digit;
  Object.assign(known, { score: score * MICRO, fit: fit.fit * MICRO, engagement: engagement.points * MICRO, coverage: fit.coverage * MICRO, grade, fit_grade: letter, engagement_grade: BigInt(digit) * MICRO });
  for (const group of engagement.groups) known[group.id] = divideRound(group.nano, 1000n);
  const reasons = weightedReasons(fit, engagement, percent, score);
  return { score: Number(score), fit: Number(fit.fit), engagement: Number(engagement.points), coverage: Number(fit.coverage), grade, tier: tierOf(file, known),
    reasons: disqualified.length > 0 ? disqualified.map((id) => ({ id })) : asReasons(reasons.lines), exact: disqualified.length > 0 || reasons.exact };
}

// ---- the points model ------------------------------------------------------------------------------------------------------

const MOST_OF_A_LINE = 1000000n; // of a group without a cap too, so that sums stay small whole numbers
const capped = (points, cap) => (cap === undefined ? points : cap >= 0n ? (points > cap ? cap : points) : points < cap ? cap : points);

// What a line over a field gives: a table of keys with points of their own, or a list that shares the line's points.
function keyedPoints(kind, value, line, asOf) {
  const own = Array.isArray(line[kind]) || typeof line[kind] === 'string' ? Object.fromEntries([].concat(line[kind]).map((key) => [key, line.points])) : line[kind];
  const table = 'else' in own ? own : { ...own, else: '0' };
  if (kind === 'match' && Array.isArray(value)) return value.some((item) => keyed(table).some((key) => textKey(key) === textKey(item))) ? BigInt(line.points) : 0n;
  const found = rules[kind](value, table, asOf);
  return found === null ? 0n : found / MICRO;
}

function linePoints(line, known, asOf) {
  if (line.decay !== undefined && line.window !== undefined) {
    const value = known[line.decay];
    const window = halfLife(line.window);
    if (value === null) return 0n;
    const age = Math.max(asOf - value.day, 0);
    return age >= window ? 0n : divideFloor(BigInt(line.points) * BigInt(window - age), BigInt(window));
  }
  if (line.per !== undefined) {
    const value = known[line.per];
    const units = value === null || value < 0n ? 0n : divideFloor(value, MICRO);
    return held(capped(BigInt(line.points) * units, line.cap === undefined ? undefined : BigInt(line.cap)), -MOST_OF_A_LINE, MOST_OF_A_LINE);
  }
  if (line.field !== undefined) {
    const kind = Object.keys(rules).find((name) => name in line);
    return known[line.field] === null ? 0n : keyedPoints(kind, known[line.field], line, asOf);
  }
  return holds(line.when, known) ? BigInt(line.points) : 0n;
}

function evaluatePoints(file, record, asOf) {
  const known = names(file, record);
  const disqualified = (file.disqualify || []).filter((line) => holds(line.when, known)).map((line) => line.id);
  const most = BigInt(file.points.max || 100);
  const lines = file.points.lines.map((line) => ({ id: line.id, points: linePoints(line, known, asOf) }));
  let sum = lines.reduce((total, line) => total + line.points, 0n);
  for (const group of file.points.groups || []) {
    const free = lines.filter((line) => group.lines.includes(line.id)).reduce((total, line) => total + line.points, 0n);
    const inside = held(free, group.floor === undefined ? -MOST_OF_A_LINE : BigInt(group.floor), group.cap === undefined ? MOST_OF_A_LINE : BigInt(group.cap));
    known[group.id] = inside * MICRO;
    lines.push({ id: group.id, points: inside - free });
    sum += inside - free;
  }
  const score = disqualified.length > 0 ? 0n : held(sum, 0n, most);
  lines.push({ id: 'held', points: held(sum, 0n, most) - sum });
  const grade = disqualified.length > 0 ? 'X' : markOf(file.grade.score, score);
  Object.assign(known, { score: score * MICRO, grade });
  return { score: Number(score), fit: '', engagement: '', coverage: null, grade, tier: tierOf(file, known), exact: true,
    reasons: disqualified.length > 0 ? disqualified.map((id) => ({ id })) : asReasons(lines) };
}

const evaluate = (file, record, asOf) => (file.points ? evaluatePoints : evaluateWeighted)(file, record, asOf);

module.exports = { evaluate, evaluateWeighted, names, holds, condition, tierOf, rules, bandOf, textKey, parseNumber, held, divideFloor, divideRound, markOf, asReasons, lineTakes, signalDay, factor, halfLife, MICRO, NANO };
