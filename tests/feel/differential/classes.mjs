// Where the two interpreters differ and the standard sides with icp: README.md has the reasons. A class matches
// whole expressions, never parts of longer ones, so that it cannot hide anything else.

const isNull = (v) => v.type === 'null';
const is = (v, text) => v.type === 'boolean' && v.value === text;
const ends = (expression) => {
  const found = /^\S+ (?:in [[(](.+)\.\.(.+)[\])]|between (.+) and (.+))$/.exec(expression);
  const number = (text) => Number(text.replace(/[()]/g, ''));
  return found && [number(found[1] ?? found[3]), number(found[2] ?? found[4])];
};

export const classes = [
  {
    id: 'position-outside',
    matches: ({expression, our, error}) =>
      /^(substring\("[^"]*"|(sublist|insert before|remove)\(\[[^\]]*\]), [-\d, ]+\)$/.test(expression) && isNull(our) &&
      /outside|less than 1/.test(error),
  },
  {
    id: 'lists-of-different-length',
    matches: ({expression, our, their}) =>
      /^\[[^\]]*\] = \[[^\]]*\]$/.test(expression) && is(our, 'false') && isNull(their),
  },
  {
    id: 'range-turned-around',
    matches: ({expression, our, their}) => {
      const [low, high] = ends(expression) ?? [0, 0];
      return low > high && is(our, 'false') && is(their, 'true');
    },
  },
  {
    id: 'null-satisfies',
    matches: ({expression, our, their}) =>
      /^(some|every) x in \[[^\]]+\] satisfies null$/.test(expression) && isNull(our) && is(their, 'false'),
  },
  {
    id: 'null-in-range',
    matches: ({expression, our, their}) => /^null in [[(]/.test(expression) && isNull(our) && is(their, 'false'),
  },
  {
    id: 'null-filtered',
    matches: ({expression, our, their}) =>
      /^null\[item > \S+\]$/.test(expression) && our.type === 'list' && our.value.length === 0 && isNull(their),
  },
  {
    id: 'null-item-differs',
    matches: ({expression, our}) =>
      /^\[1, null\]\[item != \S+\]$/.test(expression) && our.value.some((item) => isNull(item)),
  },
  {
    id: 'median-of-four',
    matches: ({expression, our}) => {
      const numbers = (/^median\(\[(.*)\]\)$/.exec(expression)?.[1] ?? '').split(', ')
        .map((text) => Number(text.replace(/[()]/g, ''))).sort((a, b) => a - b);
      return numbers.length === 4 && our.type === 'decimal' && Number(our.value) === (numbers[1] + numbers[2]) / 2;
    },
  },
  {
    id: 'duration-spelling',
    matches: ({expression, our, their}) =>
      /^string\((@|duration\()"-?P[0-9A-Z]+"\)?\)$/.test(expression) && our.type === 'string' && their.type === 'string',
  },
];
