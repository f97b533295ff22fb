import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

type Path = readonly (string | number)[];

const hows = ['drop', 'replace', 'wrap', 'copy', 'rename', 'beside', 'inherit', 'spell', 'swell'] as const;

/** One change somewhere in a tree of JSON. */
interface Twist {
  /** Where: which of all values, counted through, or the one at this path. */
  readonly at: number | string;
  readonly how: (typeof hows)[number];
  /** Put in its place, or beside it. */
  readonly value: Json;
  /** Which value is copied to here, or which way to spell it. */
  readonly from: number;
  /** A key's new name. */
  readonly name: string;
}

const deep = (depth: number): Json => (depth === 0 ? 'deep' : [deep(depth - 1)]);

/** Far too much of something. */
const swollen: readonly Json[] = ['x'.repeat(100_000), Array.from({ length: 5000 }, () => 0), deep(500)];

/** Values that were never meant, on top of any JSON. */
const odd: readonly Json[] = [
  ...[
    '',
    ' ',
    '0',
    'null',
    '__proto__',
    'constructor',
    'toString',
    '../',
    '\u0000',
    '\ud83d',
    '\u202e',
    'x'.repeat(300),
  ],
  ...[null, true, false, 0, -1, 1e308, [], {}, [[]], { toString: 1, valueOf: 1 }],
  { length: { toString: 1, valueOf: 1 } },
];
const names = 'verb data action requestId value text id from __proto__ constructor x'.split(' ');

/**
 * @param likely values that make sense, in the wrong place
 * @param aims paths that matter most, such as `from.id`
 * @returns up to three changes anywhere, and a single one where it matters
 */
export function twists(likely: readonly Json[], aims: readonly string[]) {
  const aimed = fc.constantFrom(...aims);
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...likely) },
    { weight: 2, arbitrary: fc.constantFrom(...odd) },
    { weight: 1, arbitrary: fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<Json> },
  );
  const twist = (at: fc.Arbitrary<Twist['at']>): fc.Arbitrary<Twist> =>
    fc.record({
      at,
      how: fc.constantFrom(...hows, ...(['replace', 'replace', 'spell', 'spell'] as const)),
      value,
      from: fc.nat(200),
      name: fc.constantFrom(...names),
    });
  const anywhere = twist(fc.oneof(fc.nat(200), aimed));
  return {
    anywhere: fc.oneof(fc.constant([]), fc.array(anywhere, { minLength: 1, maxLength: 3 })),
    aimed: fc.array(twist(aimed), { minLength: 1, maxLength: 1 }),
  };
}

/** The tree with these changes made one after another, as it comes out of JSON.parse. */
export function twisted(tree: Json, changes: readonly Twist[]): Json {
  const made = changes.reduce((all, change) => apply(all, change), tree);
  return JSON.parse(JSON.stringify(made)) as Json;
}

function apply(tree: Json, { at, how, value, from, name }: Twist): Json {
  const all = paths(tree);
  // Never the root: a body that is no activity at all is another test.
  const counted = all[1 + (typeof at === 'number' ? at % Math.max(1, all.length - 1) : 0)] ?? [];
  const aimed = typeof at === 'string' ? all.find((path) => path.join('.') === at) : undefined;
  const path = aimed ?? counted;
  const here = read(tree, path);
  switch (how) {
    case 'drop':
      return change(tree, path, () => []);
    case 'replace':
      return change(tree, path, (key) => [[key, value]]);
    case 'wrap':
      return change(tree, path, (key) => [[key, [here]]]);
    case 'copy':
      return change(tree, path, (key) => [[key, read(tree, all[from % all.length] ?? [])]]);
    case 'rename':
      return change(tree, path, () => [[name, here]]);
    case 'beside':
      return change(tree, path, (key) => [
        [key, here],
        [name, value],
      ]);
    case 'inherit':
      // What a merge that is not careful takes for its own.
      return change(tree, path, (key) => [[key, Object.fromEntries([['__proto__', here]])]]);
    case 'spell':
      return change(tree, path, (key) => [[key, respelled(here, from)]]);
    case 'swell':
      return change(tree, path, (key) => [[key, swollen[from % swollen.length] ?? null]]);
    default:
      return how satisfies never;
  }
}

function respelled(value: Json, way: number): Json {
  if (typeof value !== 'string') return JSON.stringify(value);
  const ways = [
    value.toUpperCase(),
    value.toLowerCase(),
    `${value}\n`,
    ` ${value}`,
    `${value}x`,
    JSON.stringify(value),
  ];
  return ways[way % ways.length] ?? value;
}

function paths(tree: Json, path: Path = []): Path[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  // Of long lists the first items are enough.
  const below = Object.entries(tree)
    .slice(0, 30)
    .flatMap(([key, value]) => (path.length < 8 ? paths(value, [...path, key]) : []));
  return [path, ...below];
}

function read(tree: Json, path: Path): Json {
  return path.reduce<Json>((value, key) => (value as Record<string, Json>)[key] ?? null, tree);
}

/** The entry at the end of the path becomes these entries. */
function change(tree: Json, path: Path, entry: (key: string) => readonly (readonly [string, Json])[]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return entry('').map(([, value]) => value)[0] ?? null;
  const entries = Object.entries(tree as Record<string, Json>).flatMap(([name, value]) => {
    if (name !== String(key)) return [[name, value] as const];
    return rest.length === 0 ? entry(name) : [[name, change(value, rest, entry)] as const];
  });
  return Array.isArray(tree) ? entries.map(([, value]) => value) : (Object.fromEntries(entries) as Json);
}
