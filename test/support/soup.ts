import fc from 'fast-check';
import { manner, written } from './manners.ts';
import { meant } from './sentences.ts';

/** Pieces of sentences and of markup, whole and broken, from which hostile text is made. */
const pieces = [
  ...[
    '<',
    '>',
    '</',
    '/>',
    '/',
    '&',
    ';',
    ',',
    '.',
    ':',
    '"',
    "'",
    '=',
    '@',
    '-',
    '!',
    '?',
    '$&',
    '${',
    '{{',
    '$1',
    '\\',
  ],
  ...['<at>', '</at>', '<at', '<at id="0">', '<at>Session Revoker</at>', '<at>Session Revoker', '@Session Revoker'],
  ...['<blockquote', '<blockquote>', '</blockquote>', '<blockquote itemid="', '<quoted', '<quoted ', '<quoted/>'],
  ...['<quoted messageId="1"/>', '</quoted>', '<p>', '</p>', '<br>', '<br ', '<b>', '<a href="', '<img alt="', '<!--'],
  ...['&amp;', '&nbsp;', '&lt;', '&gt;', '&quot;', '&#39;', '&amp', '&gt; ', '&amp;lt;', '&#x41;'],
  ...[' ', '  ', '\t', '\n', '\r', '\r\n', '\u00a0', '\u2028', '\u3000', '\v', '\u0085', '\u0000'],
  ...['\u200b', '\u200d', '\ufeff', '\u00ad', '\u202e', '\u2066', '\ufe0f', '\u{e0041}', '\ud83d', '\ude42', '🙂'],
  ...['revoke', 'sessions', 'for', 'my', 'what if ', 'revoke sessions for ', 'revoke my sessions', 'revo\u212ae'],
  ...[
    'because',
    ' because ',
    ',because',
    'becau\u017fe',
    ' and ',
    'approve ',
    'deny K7F3',
    'cancel',
    'stop ',
    'K7F3',
    'help',
  ],
  ...['a@b.example', 'a@b', 'a@b.', '@b.example', 'mailto:', 'MAILTO:', 'a.', 'b-', '7f9c2b1e-', '-4a0f', '> '],
  ...['7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a20e4', 'а@b.example', 'u\u017fer@b.example', '(', '[', '{', '“', '»', ')', ']'],
];
const piece = fc.constantFrom(...pieces);

/** Pieces in any order, with letters of all kinds and halves of letters between them. */
const soup: fc.Arbitrary<string> = fc.oneof(
  fc.array(piece, { maxLength: 25 }).map((all) => all.join('')),
  fc
    .array(
      fc.oneof({ weight: 3, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) }),
      {
        maxLength: 25,
      },
    )
    .map((all) => all.join('')),
  fc.string({ unit: 'binary' }),
);

/** Soup that begins as a sentence does, so that more of it is taken for one. */
export const nearlySentence: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', 'revoke sessions for ', 'what if revoke sessions for ', 'revoke my sessions', 'approve '),
    soup,
    fc.constantFrom('', '', '.', ' a@b.example', ' because x', 'K7F3'),
  )
  .map((parts) => parts.join(''));

const unit = fc.array(piece, { minLength: 1, maxLength: 4 }).map((all) => all.join(''));

/** What one matcher or another takes several of at a time. */
const single = fc.string({ unit: fc.constantFrom(...'"\'<>/ =,;:.)-@a0&\n>'), minLength: 1, maxLength: 3 });
const opening = fc.constantFrom(
  ...[
    '',
    'revoke sessions for ',
    'revoke my sessions because ',
    'approve ',
    'revoke sessions for a@b.example because ',
  ],
  ...['<span itemtype=', '<p style="', '<a href="mailto:a@b.example">', 'deny K7F3 ', '取消 K7F3 '],
  ...['<a ', '<a "', '<at ', '<at>', '<blockquote ', '<blockquote>', '<quoted "', "</p '", '&', 'a@', 'mailto:'],
);

/** A text that says the same over and over, in short: what a matcher that goes back and forth is slow on. */
export const repetitive = fc.record({
  before: fc.oneof(opening, nearlySentence),
  one: fc.oneof(single, unit),
  turn: fc.oneof(fc.constant(''), single, unit),
  other: fc.oneof(single, unit),
  end: fc.oneof(fc.constant(''), single, unit),
  /** How much of it is `one`. */
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Repetitive = typeof repetitive extends fc.Arbitrary<infer T> ? T : never;

export function spelled({ before, one, turn, other, end, share }: Repetitive, length: number): string {
  const room = Math.max(0, length - before.length - turn.length - end.length);
  const first = Math.floor(room * share);
  return (before + fill(one, first) + turn + fill(other, room - first) + end).slice(0, length);
}

function fill(what: string, length: number): string {
  return what.repeat(Math.ceil(length / what.length)).slice(0, length);
}

/** What a client might list as mentions, of the bot and of anything. */
export const entities = fc.oneof(
  fc.array(
    fc.record(
      {
        type: fc.oneof(fc.constantFrom('mention', 'clientInfo'), fc.jsonValue()),
        mentioned: fc.oneof(fc.record({ id: fc.constantFrom('28:bot', '29:other') }), fc.jsonValue()),
        text: fc.oneof(piece, soup, fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  ),
  fc.jsonValue(),
);

const lookAlikes: Readonly<Record<string, string>> = {
  ...{
    a: 'а',
    e: 'е',
    i: 'ı',
    k: '\u212a',
    o: 'ο',
    s: '\u017f',
    c: 'с',
    ' ': '_',
    '@': '＠',
    '.': '。',
    0: 'O',
    '-': '–',
  },
};

/** A good sentence with a few letters lost, doubled, replaced by look-alikes, or with something put between. */
export const damaged: fc.Arbitrary<string> = fc
  .record({
    text: fc.tuple(meant, manner).map(([said, how]) => String(written(said, how).text)),
    hurts: fc.array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom('lose', 'double', 'imitate', 'imitateAll', 'break'),
        by: fc.constantFrom(
          ' ',
          '.',
          '\n',
          '<',
          '>',
          '"',
          '<b>',
          '</b>',
          'because',
          '\ud83d',
          'x',
          ',',
          '&',
          '@',
          '\u0000',
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ text, hurts }) =>
    hurts.reduce((all, { at, how, by }) => {
      const index = at % (all.length + 1);
      const letter = all[index] ?? '';
      const other = lookAlikes[letter.toLowerCase()] ?? letter;
      if (how === 'imitateAll') return all.replaceAll(letter, other);
      const put = { lose: '', double: letter + letter, imitate: other, break: letter + by }[how] ?? letter;
      return all.slice(0, index) + put + all.slice(index + 1);
    }, text),
  );
