// Random expressions over the part of FEEL that both interpreters have, by type, from a seed: the same seed gives
// the same expressions on every machine. Numbers are small and have few digits, because the other interpreter
// calculates with binary floating point.

export function makeRandom(seed) { // mulberry32
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Generator {
  constructor(seed) {
    this.random = makeRandom(seed);
    this.names = []; // variables in reach: {name, type}
    this.counter = 0;
  }

  int(n) { return Math.floor(this.random() * n); }
  pick(list) { return list[this.int(list.length)]; }

  // One expression of a type; depth bounds it.
  make(type, depth) {
    const known = this.names.filter((n) => n.type === type);
    if (known.length > 0 && this.int(3) === 0) return this.pick(known).name;
    if (depth <= 0) return this.leaf(type);
    if (this.int(40) === 0 && type !== 'numbers' && type !== 'strings') return 'null';
    if (this.int(12) === 0)
      return `(if ${this.make('boolean', depth - 1)} then ${this.make(type, depth - 1)} else ${this.make(type, depth - 1)})`;
    return this[type](depth);
  }

  leaf(type) {
    switch (type) {
      case 'number': return this.pick(['0', '1', '2', '3', '5', '7', '10', '12.5', '0.25', '100', '(-1)', '(-2.5)']);
      case 'string': return this.pick(['""', '"a"', '"b"', '"ab"', '"abc"', '"Foo bar"', '"x,y,z"', '"æøå"', '"A1"']);
      case 'boolean': return this.pick(['true', 'false', 'null']);
      case 'numbers': return this.pick(['[]', '[1]', '[1, 2, 3]', '[3, 1, 2, 1]', '[0.5, -1]']);
      case 'strings': return this.pick(['[]', '["a"]', '["a", "b", "c"]', '["b", "a", "b"]']);
      case 'date': return this.pick(['@"2026-01-15"', '@"2024-02-29"', 'date("2025-12-31")', 'date(2026, 3, 1)']);
      case 'duration': return this.pick(['@"P1D"', '@"P10D"', '@"P30D"', 'duration("P2D")']);
      default: return this.pick(['@"P1M"', '@"P1Y2M"', '@"P6M"', 'duration("P2Y")']);
    }
  }

  boolean(d) {
    const n = () => this.make('number', d - 1);
    const s = () => this.make('string', d - 1);
    const b = () => this.make('boolean', d - 1);
    const operator = () => this.pick(['=', '!=', '<', '<=', '>', '>=']);
    switch (this.int(22)) {
      case 0: return `(${n()} ${operator()} ${n()})`;
      case 1: return `(${s()} ${operator()} ${s()})`;
      case 2: return `(${this.make('date', d - 1)} ${operator()} ${this.make('date', d - 1)})`;
      case 3: return `(${this.leaf('duration')} ${operator()} ${this.leaf('duration')})`;
      case 4: return `(${b()} and ${b()})`;
      case 5: return `(${b()} or ${b()})`;
      case 6: return `not(${b()})`;
      case 7: return `((${n()} in ${this.pick(['[', '('])}${this.pick(['0..3', '1..12', '-5..100'])}${this.pick([']', ')'])}) = true)`;
      case 8: return `((${n()} between ${this.pick(['0 and 3', '1 and 12', '-5 and 100'])}) = true)`;
      case 9: return `((${n()} in (${this.leaf('number')}, ${this.pick(['<', '<=', '>', '>='])} ${this.leaf('number')})) = true)`;
      case 10: return `(${s()} in [${s()}, ${s()}])`;
      case 11: return `contains(${s()}, ${s()})`;
      case 12: return `starts with(${s()}, ${s()})`;
      case 13: return `ends with(${s()}, ${s()})`;
      case 14: return `list contains(${this.make('numbers', d - 1)}, ${n()})`;
      case 15: return this.loop('some', d);
      case 16: return this.loop('every', d);
      case 17: return `(${n()} = null)`;
      case 18: return `all([${b()}, ${b()}])`;
      case 19: return `any([${b()}, ${b()}])`;
      case 20: return `matches(${s()}, ${this.pick(['"^a"', '"[a-c]+"', '"b$"', '"\\d"', '"^(a|b)*$"'])})`;
      default: return `([${n()}, ${s()}] = [${n()}, ${s()}])`;
    }
  }

  loop(word, d) {
    const name = `v${this.counter++}`;
    const list = this.make('numbers', d - 1);
    this.names.push({name, type: 'number'});
    const body = word === 'for' ? this.make('number', d - 1) : `${this.make('boolean', d - 1)} = true`;
    this.names.pop();
    return `(${word} ${name} in ${list} ${word === 'for' ? 'return' : 'satisfies'} ${body})`;
  }

  number(d) {
    const n = () => this.make('number', d - 1);
    const ns = () => this.make('numbers', d - 1);
    switch (this.int(26)) {
      case 0: return `(${n()} + ${n()})`;
      case 1: return `(${n()} - ${n()})`;
      case 2: return `(${n()} * ${n()})`;
      case 3: return `(${n()} / ${n()})`;
      case 4: return `-${n()}`.replace('--', '- -');
      case 5: return `abs(${n()})`;
      case 6: return `floor(${n()})`;
      case 7: return `ceiling(${n()})`;
      case 8: return `modulo(${this.leaf('number')}, ${this.leaf('number')})`;
      case 9: return `count(${ns()})`;
      case 10: return `sum(${ns()})`;
      case 11: return `min(${ns()})`;
      case 12: return `max(${ns()})`;
      case 13: return `mean(${ns()})`;
      case 14: return `string length(${this.make('string', d - 1)})`;
      case 15: return `${ns()}[${this.pick(['1', '2', '-1', '5'])}]`;
      case 16: return `median([${n()}])`;
      case 17: return `product(${ns()})`;
      case 18: return `${this.make('date', d - 1)}.${this.pick(['year', 'month', 'day', 'weekday'])}`;
      case 19: return `${this.leaf('duration')}.days`;
      case 20: return `${this.leaf('months')}.${this.pick(['years', 'months'])}`;
      case 21: return `count(${this.make('strings', d - 1)})`;
      case 22: return `{a: ${n()}, b: ${n()}}.${this.pick(['a', 'b'])}`;
      case 23: return `decimal(${n()}, ${this.pick(['0', '1', '2'])})`;
      case 24: return `get value({a: ${n()}}, ${this.pick(['"a"', '"b"'])})`;
      default: return `day of year(${this.make('date', d - 1)})`;
    }
  }

  string(d) {
    const s = () => this.make('string', d - 1);
    switch (this.int(14)) {
      case 0: return `(${s()} + ${s()})`;
      case 1: return `upper case(${s()})`;
      case 2: return `lower case(${s()})`;
      case 3: return `substring("xyz" + ${s()}, ${this.pick(['1', '2', '-1', '-3'])})`;
      case 4: return `substring("xyz" + ${s()}, ${this.pick(['1', '2'])}, ${this.pick(['1', '2'])})`;
      case 5: return `substring before(${s()}, ${s()})`;
      case 6: return `substring after(${s()}, ${s()})`;
      case 7: return `string join(${this.make('strings', d - 1)}, ${this.pick(['"-"', '""'])})`;
      case 8: return `replace(${s()}, ${this.pick(['"a"', '"[abc]"', '"b+"'])}, ${this.pick(['"x"', '"$0"', '""'])})`;
      case 9: return `${this.make('strings', d - 1)}[${this.pick(['1', '-1'])}]`;
      case 10: return `string(${this.make('date', d - 1)})`;
      case 11: return `string(${this.pick(['@"P1D"', '@"P10D"', '@"P1Y2M"', '@"PT2H"'])})`;
      case 12: return `day of week(${this.make('date', d - 1)})`;
      default: return `string(${this.make('boolean', d - 1)})`;
    }
  }

  numbers(d) {
    const n = () => this.make('number', d - 1);
    const ns = () => this.make('numbers', d - 1);
    switch (this.int(14)) {
      case 0: return `[${n()}, ${n()}]`;
      case 1: return `${ns()}[item ${this.pick(['>', '<', '='])} ${this.leaf('number')}]`;
      case 2: return this.loop('for', d);
      case 3: return `append(${ns()}, ${n()})`;
      case 4: return `concatenate(${ns()}, ${ns()})`;
      case 5: return `reverse(${ns()})`;
      case 6: return `distinct values(${ns()})`;
      case 7: return `union(${ns()}, ${ns()})`;
      case 8: return `flatten([${ns()}, ${n()}])`;
      case 9: return `sublist(append(${ns()}, 1, 2), ${this.pick(['1', '2', '-1'])})`;
      case 10: return `index of(${ns()}, ${n()})`;
      case 11: return `insert before(append(${ns()}, 1), 1, ${n()})`;
      case 12: return `remove(append(${ns()}, 1, 2), ${this.pick(['1', '2'])})`;
      default: return `[{a: ${n()}}, {a: ${n()}}].a`;
    }
  }

  strings(d) {
    const s = () => this.make('string', d - 1);
    switch (this.int(4)) {
      case 0: return `[${s()}, ${s()}]`;
      case 1: return `split(${this.leaf('string')}, ${this.pick(['","', '" "', '"b"'])})`;
      case 2: return `${this.make('strings', d - 1)}[item ${this.pick(['=', '<'])} ${this.leaf('string')}]`;
      default: return `append(${this.make('strings', d - 1)}, ${s()})`;
    }
  }

  date(d) {
    switch (this.int(3)) {
      case 0: return `(${this.make('date', d - 1)} + ${this.leaf('duration')})`;
      case 1: return `(${this.make('date', d - 1)} + ${this.leaf('months')})`;
      default: return `(${this.make('date', d - 1)} - ${this.leaf('duration')})`;
    }
  }

  duration(d) {
    return d > 0 && this.int(2) === 0 ? `(${this.leaf('date')} - ${this.leaf('date')})` : this.leaf('duration');
  }

  // Where the two are known to differ: by itself, so that the class can be told from the text alone.
  edge() {
    switch (this.int(14)) {
      case 0: return `substring(${this.leaf('string')}, ${this.pick(['1', '4', '7', '-9'])})`;
      case 1: return `substring(${this.leaf('string')}, 1, ${this.pick(['0', '1', '9'])})`;
      case 2: return `sublist(${this.leaf('numbers')}, ${this.pick(['1', '3', '9', '-9'])})`;
      case 3: return `insert before(${this.leaf('numbers')}, ${this.pick(['1', '4', '9'])}, 7)`;
      case 4: return `remove(${this.leaf('numbers')}, ${this.pick(['1', '4', '9'])})`;
      case 5: return `${this.leaf('numbers')} = ${this.leaf('numbers')}`;
      case 6: return `${this.leaf('number')} in ${this.pick(['[', '('])}${this.leaf('number')}..${this.leaf('number')}${this.pick([']', ')'])}`;
      case 7: return `${this.leaf('number')} between ${this.leaf('number')} and ${this.leaf('number')}`;
      case 8: return `${this.pick(['some', 'every'])} x in ${this.leaf('numbers')} satisfies null`;
      case 9: return `null in ${this.pick(['[1..2]', '(< 5)', '(1, > 2)'])}`;
      case 11: return `median([${this.leaf('number')}, ${this.leaf('number')}, ${this.leaf('number')}, ${this.leaf('number')}])`;
      case 12: return `[1, null][item != ${this.leaf('number')}]`;
      case 10: return `null[item > ${this.leaf('number')}]`;
      default: return `string(${this.pick(['@"-PT90M"', '@"PT36H"', 'duration("P14M")', '@"-P3M"'])})`;
    }
  }

  next() {
    this.counter = 0;
    if (this.int(20) === 0) return this.edge();
    return this.make(this.pick(['boolean', 'boolean', 'number', 'string', 'numbers', 'strings']), 1 + this.int(3));
  }
}
