'use strict';
// Random ICP files and records for them: the same seed gives the same files on every machine. Values of records are drawn from
// the edges of the file's own lines (a band's end, a step beside it, a listed word in another spelling), from what CRMs hold,
// and from what does not fit its type.

class Random {
  constructor(seed) { this.state = (seed * 2654435761 + 12345) >>> 0; for (let i = 0; i < 8; i++) this.next(); }
  next() { // mulberry32
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(n) { return Math.floor(this.next() * n); }
  between(low, high) { return low + this.below(high - low + 1); }
  chance(p) { return this.next() < p; }
  pick(list) { return list[this.below(list.length)]; }
  some(list, least, most) {
    const rest = [...list], found = [];
    for (let n = Math.min(this.between(least, most), rest.length); n > 0; n--) found.push(rest.splice(this.below(rest.length), 1)[0]);
    return found;
  }
}

const types = {
  'company.employees': 'number', 'company.revenue': 'number', 'company.founded_year': 'number', 'contact.visits': 'number', 'company.funding': 'number',
  'company.country': 'country', 'contact.country': 'country', 'company.industry': 'code', 'company.city': 'text', 'contact.seniority': 'text',
  'contact.department': 'text', 'contact.source': 'text', 'contact.language': 'code', 'company.technologies': 'set', 'company.keywords': 'set',
  'company.is_public': 'boolean', 'company.is_target_account': 'boolean', 'contact.email': 'email', 'contact.lifecycle_stage': 'text',
  'contact.last_seen': 'date', 'company.signed': 'date',
};
const ofType = (...wanted) => Object.keys(types).filter((name) => wanted.includes(types[name]));
const words = ['computer software', 'Machinery', 'INTERNET', 'Straße', 'Ærø', 'København', 'owner', 'vp', 'director', 'Sales', 'IT & Ops', '62.01', '62', '58.2', 'é', 'ﬁnance', 'no', 'a', 'x y'];
const technologies = ['hubspot', 'Salesforce', 'segment', 'SNOWFLAKE', 'sap', 'Excel', 'ß', 'power bi'];
const domains = ['rival.example', 'firma.dk', 'bolag.se', 'gmail.com', 'sub.firma.dk', 'UPPER.example'];

const countryCodes = ['DK', 'SE', 'NO', 'DE', 'US', 'FI'];
const wholes = (random, count, low, high) => [...new Set(Array.from({ length: count }, () => random.between(low, high)))].sort((a, b) => a - b);
const score = (random) => String(random.chance(0.3) ? random.pick([0, 100, 50, 1, 99]) : random.between(0, 100));

// ---- rules over one field --------------------------------------------------------------------------------------------------

function bands(random) {
  const edges = wholes(random, random.between(2, 6), random.pick([-50, 0, 1]), random.pick([20, 200, 5000]));
  const table = {};
  if (random.chance(0.3)) {
    const ends = edges.map((edge) => (random.chance(0.3) ? `${edge}.5` : String(edge)).replace(/^-(\d+)\.5$/, '-$1'));
    for (let i = 0; i + 1 < ends.length; i++) if (Number(ends[i]) < Number(ends[i + 1])) table[`[${ends[i]}..${ends[i + 1]})`] = score(random);
    if (Object.keys(table).length === 0) table['[0..1)'] = score(random);
  } else {
    if (random.chance(0.4)) table[`..${edges[0] - 1}`] = score(random);
    for (let i = 0; i + 1 < edges.length; i++) if (random.chance(0.8)) table[`${edges[i]}..${edges[i + 1] - 1}`] = score(random);
    if (random.chance(0.4) || Object.keys(table).length === 0) table[`${edges[edges.length - 1]}..`] = score(random);
  }
  table.else = score(random);
  return table;
}
function keyTable(random, keys, otherwise) {
  const table = {};
  for (const key of random.some(keys, 1, 6)) table[key] = score(random);
  if (otherwise) table.else = score(random);
  return table;
}
function scale(random) {
  const table = {};
  // never a plain whole number as a key: JavaScript would put those first
  for (const at of wholes(random, random.between(2, 5), -10, random.pick([10, 3000]))) table[at >= 0 && random.chance(0.2) ? `${at}.25` : `${at}.0`] = score(random);
  return Object.keys(table).length < 2 ? { '0.0': score(random), '7.0': score(random) } : table;
}
const caseless = (keys) => { const seen = new Set(); return keys.filter((key) => { const low = key.normalize('NFKC').toUpperCase().toLowerCase(); return seen.has(low) ? false : seen.add(low); }); };

function ruleFor(random, name) {
  switch (types[name]) {
    case 'number': return random.chance(0.65) ? { bands: bands(random) } : { scale: scale(random) };
    case 'country': return { match: keyTable(random, countryCodes, true) };
    case 'boolean': return { match: keyTable(random, ['true', 'false'], true) };
    case 'set': return { any_of: keyTable(random, caseless(technologies), false) };
    case 'date': return { age_days: bands(random) };
    case 'email': return { match: keyTable(random, ['a@firma.dk', 'b@bolag.se'], true) };
    default: return random.chance(0.7) ? { match: keyTable(random, caseless(words), true) } : { prefix: keyTable(random, ['62', '62.0', 'comp', 'C', 'a', 'ß', 'x'].filter((key, i, all) => all.indexOf(key) === i), true) };
  }
}

// ---- conditions ------------------------------------------------------------------------------------------------------------

const quoted = (text) => JSON.stringify(text);

function atom(random, guardless) {
  const name = random.pick(Object.keys(types));
  const constant = () => String(random.pick([0, 1, 5, 50, 99.5, 200, 2000]));
  switch (types[name]) {
    case 'number': return random.pick([
      () => `${name} ${random.pick(['<', '<=', '>', '>=', '='])} ${constant()}`,
      () => { const low = random.below(50); return `${name} in ${random.pick(['[', '('])}${low}..${low + random.below(300) + 1}${random.pick([']', ')'])}`; },
      () => `${name} between ${random.below(20)} and ${random.between(20, 400)}`,
      () => `${name} + ${random.below(9)} > ${constant()}`])();
    case 'boolean': return name;
    case 'set': return random.pick([() => `list contains(${name}, ${quoted(random.pick(technologies))})`, () => `count(${name}) >= ${random.between(1, 3)}`])();
    case 'country': return `${name} in [${random.some(countryCodes, 1, 3).map(quoted).join(', ')}]`;
    case 'date': return random.pick([() => `${name} < @"2026-01-15"`, () => `${name} >= @"2025-12-0${random.between(1, 9)}"`])();
    case 'email': return random.pick([() => 'contact.email_domain in competitors', () => `ends with(${name}, ".se")`, () => 'contact.email_domain = "firma.dk"'])();
    default: return random.pick([
      () => `${name} = ${quoted(random.pick(words))}`, () => `${name} in [${random.some(words, 1, 4).map(quoted).join(', ')}]`,
      () => `contains(lower case(${name}), ${quoted(random.pick(['a', 'o', '62', 'sales']))})`, () => `starts with(${name}, ${quoted(random.pick(['62', 'S', 'comp']))})`,
      ...(guardless ? [() => `${name} != ${quoted(random.pick(words))}`, () => `not(${name} = ${quoted(random.pick(words))})`] : [])])();
  }
}
function when(random, guardless) {
  let text = atom(random, guardless);
  for (let n = random.pick([0, 0, 1, 1, 2]); n > 0; n--) text = random.chance(0.3) ? `(${text}) ${random.pick(['and', 'or'])} ${atom(random, guardless)}` : `${text} ${random.pick(['and', 'or'])} ${atom(random, guardless)}`;
  return text;
}

// ---- files -----------------------------------------------------------------------------------------------------------------

function grades(random, marks, top) {
  const lines = wholes(random, 8, 1, top).reverse().slice(0, marks.length - 1);
  return [...marks].map((mark, i) => [mark, String(i < lines.length ? lines[i] : 0)]).slice(0, lines.length + 1);
}
const ordered = (pairs) => { const table = {}; for (const [key, value] of pairs) { if (value === '0' && Object.values(table).includes('0')) break; table[key] = value; } return table; };

function engagement(random) {
  const groups = [];
  for (let g = 0, n = random.between(1, 4); g < n; g++) {
    const signals = [];
    for (let s = 0, m = random.between(1, 4); s < m; s++) {
      const line = { signal: random.pick(['form_submit', 'page_view', 'email_click', 'meeting_booked']), points: String(random.pick([-30, -5, 0, 1, 3, 8, 25, 60])) };
      if (line.signal === 'form_submit' && random.chance(0.6)) line.match = { form: random.some(['*demo*', '*pris*', 'Kontakt ?', '*É*', 'news*'], 1, 2) };
      if (random.chance(0.5)) line.half_life = `${random.pick([1, 7, 30, 90])} days`;
      if (random.chance(0.4)) line.max_per_day = String(random.between(1, 5));
      signals.push(line);
    }
    const group = { id: `group_${g}` };
    if (random.chance(0.6)) group.cap = String(random.between(1, 80));
    if (random.chance(0.4)) group.floor = String(-random.between(0, 40));
    group.signals = signals;
    groups.push(group);
  }
  const section = {};
  if (random.chance(0.5)) section.half_life = `${random.pick([10, 30, 365])} days`;
  return { ...section, groups };
}

function tiers(random, outputs) {
  const list = [];
  for (let i = 0, n = random.between(0, 3); i < n; i++) {
    const output = random.pick(outputs);
    const test = `${output} >= ${random.between(1, 90)}`;
    list.push({ id: `tier_${i}`, when: random.chance(0.4) ? `${test} and ${atom(random, false)}` : test });
  }
  return [...list, { id: 'rest', else: 'true' }];
}

function disqualifiers(random) {
  return Array.from({ length: random.between(0, 3) }, (_, i) => ({ id: `out_${i}`, when: random.chance(0.7) ? `${atom(random, false)} and ${atom(random, false)} and ${atom(random, false)}` : `${atom(random, false)} and company.employees < 5` }));
}

const ownFields = () => Object.fromEntries(ofType('date').map((name) => [name, { type: 'date', hubspot: `contacts.${name.split('.')[1]}` }]));

function weightedFile(random, seed) {
  const file = { icp: '1', name: `Random ${seed}`, lists: { competitors: ['rival.example', 'upper.example'] }, fields: ownFields() };
  const out = disqualifiers(random);
  if (out.length > 0) file.disqualify = out;
  const criteria = [];
  const weights = random.pick([() => random.between(1, 30), () => random.pick([1, 3, 7, 9973, 10000]), () => 1]);
  for (let i = 0, n = random.between(1, 12); i < n; i++) {
    const criterion = { id: `criterion_${i}`, weight: String(weights()) };
    if (random.chance(0.15)) {
      if (random.chance(0.3)) criterion.field = random.pick(Object.keys(types));
      criterion.cases = [...Array.from({ length: random.between(1, 3) }, () => ({ when: when(random, true), points: score(random) })), { else: score(random) }];
    } else {
      criterion.field = random.pick(Object.keys(types));
      Object.assign(criterion, ruleFor(random, criterion.field));
    }
    if (random.chance(0.3)) criterion.missing = random.pick(['skip', 'zero', 'neutral']);
    criteria.push(criterion);
  }
  file.fit = { criteria };
  if (random.chance(0.4)) file.fit.missing = random.pick(['skip', 'zero', 'neutral']);
  if (random.chance(0.6)) file.fit.min_coverage = String(random.between(0, 100));
  const adjustments = Array.from({ length: random.between(0, 3) }, (_, i) => ({ id: `adjust_${i}`, when: when(random, true), points: String(random.pick([-100, -10, -1, 5, 10, 60])) }));
  if (adjustments.length > 0) file.fit.adjustments = adjustments;
  const outputs = ['score', 'fit', 'coverage'];
  file.grade = { fit: ordered(grades(random, 'ABCD', 95)) };
  if (random.chance(0.75)) {
    file.engagement = engagement(random);
    file.grade.engagement = ordered(grades(random, '1234', 80));
    outputs.push('engagement', ...file.engagement.groups.map((group) => group.id));
    if (random.chance(0.7)) { const fit = random.pick([0, 1, 30, 50, 60, 99, 100]); file.score = { fit: String(fit), engagement: String(100 - fit) }; }
  }
  file.tiers = tiers(random, outputs);
  return file;
}

function pointsLine(random, i) {
  const line = { id: `line_${i}` };
  const worth = () => String(random.pick([-30, -8, -1, 1, 3, 8, 15, 60]));
  const way = random.below(10);
  if (way < 4) return { ...line, when: when(random, true), points: worth() };
  if (way < 5) return { ...line, per: random.pick(ofType('number')), points: String(random.pick([-2, 1, 3])), };
  if (way < 6) return { ...line, decay: random.pick(ofType('date')), points: worth(), window: `${random.pick([1, 7, 90, 365])} days` };
  const field = random.pick(Object.keys(types).filter((name) => types[name] !== 'date' && types[name] !== 'number'));
  if (way < 8 && types[field] !== 'boolean') {
    const keys = types[field] === 'country' ? countryCodes : types[field] === 'set' ? caseless(technologies) : types[field] === 'email' ? ['a@firma.dk', 'b@bolag.se'] : caseless(words);
    return { ...line, field, match: random.some(keys, 1, 4), points: worth() };
  }
  const number = random.pick(ofType('number'));
  const table = bands(random);
  for (const key of Object.keys(table)) table[key] = worth();
  if (random.chance(0.4)) delete table.else;
  return { ...line, field: number, bands: table };
}

function pointsFile(random, seed) {
  const file = { icp: '1', name: `Random ${seed}`, lists: { competitors: ['rival.example', 'upper.example'] }, fields: ownFields() };
  const out = disqualifiers(random);
  if (out.length > 0) file.disqualify = out;
  const lines = Array.from({ length: random.between(1, 20) }, (_, i) => pointsLine(random, i));
  for (const line of lines) if (line.per && random.chance(0.7)) line.cap = String((line.points < 0 ? -1 : 1) * random.between(1, 20));
  const most = random.pick([50, 100, 100, 200]);
  file.points = { ...(most === 100 && random.chance(0.5) ? {} : { max: String(most) }), lines };
  const free = lines.map((line) => line.id);
  const groups = [];
  for (let g = 0; g < random.below(3) && free.length > 1; g++) {
    const members = random.some(free, 1, 4);
    for (const member of members) free.splice(free.indexOf(member), 1);
    groups.push({ id: `group_${g}`, lines: members, ...(random.chance(0.8) ? { cap: String(random.between(0, 30)) } : {}), ...(random.chance(0.4) ? { floor: String(-random.between(0, 30)) } : {}) });
  }
  if (groups.length > 0) file.points.groups = groups;
  file.grade = { score: ordered(grades(random, 'ABCD', 45)) };
  file.tiers = tiers(random, ['score', ...groups.map((group) => group.id)]);
  return file;
}

// ---- records ---------------------------------------------------------------------------------------------------------------

// Numbers and words that the file itself names, for edges.
function constants(file) {
  const text = JSON.stringify(file);
  return { numbers: [...new Set(text.match(/\d+(?:\.\d+)?/g))], words: [...new Set((text.match(/\\?"([^"\\]+)\\?"/g) || []).map((word) => word.replace(/[\\"]/g, '')))] };
}

function numberText(random, known) {
  const edge = Number(random.pick(known.numbers));
  return random.pick([
    () => String(edge), () => String(edge - 1), () => String(edge + 1), () => String(-edge), () => (edge - 0.000001).toFixed(6), () => (edge + 0.000001).toFixed(6),
    () => `${edge}.5`.replace(/\.(\d+)\.5/, '.$15'), () => ` ${edge} `, () => '0', () => '-1', () => '0.0000004', () => '0.0000005', () => '1e3', () => '9200000000000', () => '92000000000000',
    () => 'about 50', () => '12,5', () => String(random.below(5000))])();
}

function textOf(random, known) {
  const word = random.pick(random.chance(0.5) ? words : known.words);
  return random.pick([() => word, () => word.toUpperCase(), () => word.toLowerCase(), () => ` ${word} `, () => word.normalize('NFD'), () => `${word}x`, () => word.replace(' ', '  ')])();
}

function fieldText(random, name, known, asOf) {
  if (random.chance(0.22)) return random.chance(0.5) ? null : '';
  switch (types[name]) {
    case 'number': return numberText(random, known);
    case 'boolean': return random.pick(['true', 'false', 'true', 'false', 'perhaps', 'TRUE?']);
    case 'country': return random.pick(['DK', 'Denmark', 'danmark', 'DNK', 'SE', 'Sverige', 'NO', 'Norge', 'de', 'Deutschland', 'US', 'united  states', 'FI', 'Atlantis']);
    case 'set': return random.some([...technologies, 'HUBSPOT', 'sales force', ' segment '], 0, 5).join(';');
    case 'date': return random.pick([() => day(asOf - random.pick([0, -1, -2, -300, 1, 6, 7, 8, 89, 90, 91, 364, 365, 366, 5000])), () => day(asOf - random.below(400)), () => '2026-02-30', () => 'soon'])();
    case 'email': return random.pick([() => `a@${random.pick(domains)}`, () => 'b@bolag.se', () => 'A@FIRMA.DK', () => 'no address', () => 'c@d'])();
    default: return textOf(random, known);
  }
}

const day = (days) => new Date(days * 86400000).toISOString().slice(0, 10);

function signalsOf(random, asOf) {
  return Array.from({ length: random.pick([0, 0, 1, 2, 3, 8]) }, () => {
    const age = random.pick([-3, -2, -1, 0, 0, 1, 6, 7, 8, 29, 30, 31, 90, 200, 1000, 4000]);
    const signal = { signal: random.pick(['form_submit', 'form_submit', 'page_view', 'email_click', 'meeting_booked']), at: `${day(asOf - age)}T${random.pick(['00:00:00', '23:59:59', '12:30:00'])}Z`, times: random.pick([1, 1, 1, 2, 7, 50]) };
    if (signal.signal === 'form_submit' && random.chance(0.8)) signal.attributes = { form: random.pick(['Demo request', 'PRISLISTE', 'kontakt é', 'Kontakt 1', 'newsletter', 'other']) };
    return signal;
  });
}

function record(random, known, id, asOf) {
  const fields = {};
  for (const name of Object.keys(types)) { const text = fieldText(random, name, known, asOf); if (text !== null) fields[name] = text; }
  return { id: String(id), fields, signals: signalsOf(random, asOf) };
}

module.exports = { Random, types, weightedFile, pointsFile, constants, record, ruleFor, bands, atom, when, tiers, disqualifiers, grades, ordered, score, words, technologies, countryCodes, ofType };
