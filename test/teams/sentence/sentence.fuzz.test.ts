import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Sentence } from '../../../src/teams/sentence/command.ts';
import { type IncomingText, longestHtml, readHtml } from '../../../src/teams/sentence/message-text.ts';
import { isReference, type Named } from '../../../src/teams/sentence/names.ts';
import { readSentence } from '../../../src/teams/sentence/read-sentence.ts';
import { longestText } from '../../../src/teams/sentence/written.ts';
import type { Meaning } from '../../corpus/entry.ts';
import { orders } from '../../corpus/said.ts';
import { runs as runsOf } from '../../support/chance.ts';
import { costsAtMost } from '../../support/cost.ts';
import { bot, manner, written } from '../../support/manners.ts';
import { withQuotations } from '../../support/quotations.ts';
import { meant, understood } from '../../support/sentences.ts';
import { damaged, entities, nearlySentence, repetitive, spelled } from '../../support/soup.ts';

/** More with RUNS=200000, others with SEED=2. */
const runs = runsOf(1000);
/** For inputs as long as they get. */
const longRuns = Math.ceil(runs / 3);

const understand = (incoming: IncomingText): Sentence => readSentence(incoming);
const inTime = costsAtMost(20, () => {
  understand({ text: 'revoke sessions for a@b.example and '.repeat(longestText / 36), recipient: bot });
});
const orderVerbs = / (?:revoke|sign|log)(?:out|off)? /;
const ownOrder =
  / (?:revoke (?:all )?(?:of )?my (?:active |open |sign ?in )*(?:sessions?|tokens)|(?:sign|log) me out) /;
const text = fc.oneof(nearlySentence, damaged);
const sent = fc.record({ text, entities, recipient: fc.constant(bot) });

const form = {
  address: /^(?=.{1,64}@)[a-z0-9'._!#^~$+&/=%-]+@(?=.{1,255}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i,
  objectId: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};
const references: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
};
const bare = (text: string) => text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
/** With the apostrophes and hyphens of a keyboard, which is what those of a phone stand for in an address. */
/** A letter by its number, as HTML has it; what is none stays. */
const byNumber = (whole: string, hex: string | undefined, decimal: string | undefined) => {
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
};
const decoded = (text: string) =>
  bare(
    bare(text)
      .replace(/&(nbsp|amp|lt|gt|quot|apos|#39);/g, (_, name: string) => references[name] ?? '')
      .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, byNumber),
  )
    .replace(/[‘’ʼ′＇]/gu, "'")
    .replace(/[‐‑‒–—―−﹣－]/gu, '-');

/** All its letters, in their order: markup may stand between them. */
const stands = (word: string, sent: string) => {
  let from = 0;
  const letters = decoded(sent).toLowerCase();
  return [...word.toLowerCase()].every((letter) => {
    from = letters.indexOf(letter, from) + 1;
    return from > 0;
  });
};

/** The plain words of what was sent, in order: letters and digits, everything else is a gap. */
const plainWords = (text: string) =>
  ` ${decoded(
    bare(text)
      .replaceAll(/<at(?: id="0")?>session revoker<\/at>/gi, ' ')
      .replaceAll(/<[^<>]*>/g, ' '),
  )
    // A line that quotes is not the writer's own, wherever it stands.
    .replaceAll(/^\s*>+(?: .*)?$/gm, '')
    .split(/[^a-z0-9]+/i)
    .join(' ')} `.toLowerCase();

describe('a sentence, whatever is sent', function () {
  this.timeout(600_000);

  it(`never throws, and means only what could be meant (${runs} messages)`, () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(sent, (incoming) => {
        const sentence = understand(incoming);
        met.add(sentence.kind);
        if (sentence.kind === 'decide') {
          assert.match(`${sentence.verb} ${sentence.code}`, /^(?:approve|deny|cancel|stop) [A-Z0-9]{4,20}$/);
        }
        if (!('reason' in sentence)) return;
        const { reason } = sentence;
        assert(reason === null || (reason !== '' && [...reason].length <= 300));
        if (sentence.kind !== 'revoke') return;
        const typed = decoded(incoming.text).toLowerCase();
        for (const named of sentence.targets) {
          // A mention is shown by a label, which Teams makes.
          if (!isReference(named)) continue;
          assert.match(named.text, form[named.kind]);
          assert(typed.includes(named.text.toLowerCase()), `${named.text} was typed`);
        }
        for (const word of sentence.unclear) assert.match(word, /^[^\s,;]+$/u);
      }),
      { numRuns: runs },
    );
    for (const kind of ['revoke', 'revokeMine', 'decide', 'help', 'unknown']) assert(met.has(kind), kind);
  });

  it(`is an order or a decision only where its words stand there in plain letters (${runs} messages)`, () => {
    const mentions = fc.constant([{ type: 'mention', mentioned: bot, text: '<at>Session Revoker</at>' }]);
    fc.assert(
      fc.property(text, mentions, (typed, mentioned) => {
        const sentence = understand({ text: typed, entities: mentioned, recipient: bot });
        // What is left beside a quotation is for the test of quotations.
        if (/<\/?(?:blockquote|quoted)/i.test(bare(typed))) return;
        const words = plainWords(typed);
        if (sentence.kind === 'revoke') {
          // In one word and without an address the bot asks whom, and nothing else.
          const verbs = sentence.targets.length > 0 ? orderVerbs : / (?:revoke|sign|log)/;
          assert.match(words, verbs);
        }
        if (sentence.kind === 'revoke' && sentence.dryRun) assert.match(words, / what ?if revoke /);
        if (sentence.kind === 'revokeMine') assert.match(words, ownOrder);
        if (sentence.kind === 'decide')
          assert(words.includes(` ${sentence.verb} ${sentence.code.toLowerCase()} `), words);
        if (sentence.kind === 'help') assert(typed.includes('?') || words.includes(' help '), words);
      }),
      { numRuns: runs },
    );
  });

  it(`means the same however it is written, and nothing of it is lost (${runs} sentences)`, () => {
    fc.assert(
      fc.property(meant, manner, (said, how) => {
        // Behind a reason a full stop is part of the reason.
        const stop = how.stop === '' ? '' : how.stop === '.' ? '.' : ' .';
        assert.deepEqual(small(understand(written(said, how))), small(understood(said, stop)));
      }),
      { numRuns: runs },
    );
  });

  it(`asks nothing when it is a question, a negation, a quotation, a condition or what others said (${runs} messages)`, () => {
    const order = fc.constantFrom(...orders.filter(({ means }) => isDone(means)).map(({ text: typed }) => typed));
    fc.assert(
      fc.property(
        order,
        fc.constantFrom(...noOrder),
        fc.constantFrom('', ' ', '!', ' 🙏'),
        (typed, [before, after], end) => {
          const words = `${before}${typed.replace(/<at>[^<>]*<\/at>/, '').trim()}${after}${end}`;
          const html = [{ contentType: 'text/html', content: `<p>${words.replaceAll('<', '&lt;')}</p>` }];
          for (const sentence of [understand({ text: words }), understand({ text: words, attachments: html })]) {
            assert(!isOrder(sentence), words);
          }
        },
      ),
      { numRuns: runs },
    );
  });

  it(`is its writer’s alone: nothing quoted, nothing in a tag or in the bot’s mention (${runs} messages)`, () => {
    fc.assert(
      fc.property(withQuotations, ({ full, alone }) => {
        const sentence = understand(full);
        assert.doesNotMatch(JSON.stringify(sentence), /quoted\.example/);
        assert.deepEqual(sentence, understand(alone));
      }),
      { numRuns: runs },
    );
  });

  it(`is its writer’s alone in the attachment, too (${runs} messages)`, () => {
    fc.assert(
      fc.property(withQuotations, fc.boolean(), ({ full }, typedAlso) => {
        // The source's lines mean nothing in HTML.
        const content = String(full.text).replaceAll('\n', '<br>');
        const text = typedAlso ? content.replaceAll(/<[^<>]*>/g, ' ') : '';
        const sentence = understand({ ...full, text, attachments: [{ contentType: 'text/html', content }] });
        if (/<(?:blockquote|quoted)/i.test(content)) assert.doesNotMatch(JSON.stringify(sentence), /quoted\.example/);
      }),
      { numRuns: runs },
    );
  });

  it(`names in both forms whoever it asks about (${runs} messages)`, () => {
    const html = fc.record({ text, content: fc.oneof(text, nearlySentence), entities, same: fc.boolean() });
    fc.assert(
      fc.property(html, ({ text: typed, content, entities: mentioned, same }) => {
        const shown = same ? typed : content;
        const attachments = [{ contentType: 'text/html', content: shown }];
        const sentence = understand({ text: typed, entities: mentioned, recipient: bot, attachments });
        // In a reply the writer's own words are told from others' by the HTML alone.
        if (sentence.kind !== 'revoke' || /<\/?(?:blockquote|quoted)/i.test(shown)) return;
        const html = readHtml({ attachments, entities: mentioned, recipient: bot });
        const isEmpty = html !== null && html !== 'unreadable' && html.text === '';
        for (const { text: named } of sentence.targets.filter(isReference)) {
          const isLinked = /mailto:/i.test(decoded(shown));
          assert(isLinked || (stands(named, typed) && (isEmpty || stands(named, shown))), named);
        }
      }),
      { numRuns: runs },
    );
  });

  it(`is read in time, whatever its HTML repeats (${longRuns} messages of ${longestHtml} characters)`, () => {
    fc.assert(
      fc.property(repetitive, (content) => {
        const attachments = [{ contentType: 'text/html', content: spelled(content, longestHtml) }];
        inTime(() => understand({ text: 'revoke sessions for a@b.example', attachments, recipient: bot }));
      }),
      { numRuns: Math.ceil(longRuns / 10) },
    );
  });

  it(`is read in time, whatever it repeats (${longRuns} messages of ${longestText} characters)`, () => {
    const mention = fc.record({
      name: fc.constantFrom(' ', 'a', '<', '<at>', 'aaaaaaaaaaaaaaaz'),
      count: fc.nat(3000),
    });
    fc.assert(
      fc.property(repetitive, mention, (text, { name, count }) => {
        const mentions = Array.from({ length: count }, () => ({ type: 'mention', mentioned: bot, text: name }));
        const incoming = { text: spelled(text, longestText), entities: mentions, recipient: bot };
        inTime(() => understand(incoming));
      }),
      { numRuns: longRuns },
    );
  });
});

/** What makes no order of any order: put before it and behind it. */
const noOrder: readonly (readonly [before: string, after: string])[] = [
  ...['?', ' ?', '？', ' ??', ', right?', ' 🤔'].map((mark) => ['', mark] as const),
  ...['don’t ', 'do not ', 'please do not ', 'never ', 'I did not ', 'we must not ', 'no need to '].map(
    (no) => [no, ''] as const,
  ),
  ...['should we ', 'why did you ', 'can you ', 'if she calls, ', 'once approved, ', 'I will '].map(
    (words) => [words, ''] as const,
  ),
  ...['Bob said: ', 'she told me to ', 'FW: ', 'the command is '].map((words) => [words, ''] as const),
  ['"', '"'],
  ['“', '”'],
  ['«', '»'],
  ['「', '」'],
  ["'", "'"],
];
const isDone = (means: Meaning) =>
  typeof means === 'object' &&
  (('asks' in means && means.whatIf === undefined) || 'approve' in means || 'mine' in means);
/** What stands beside an address and is not how its owner is called keeps from asking. */
const isPlain = (targets: readonly Named[]) =>
  targets.length > 0 && targets.every(({ labels }) => labels === undefined);
/** Something is asked, or decided. */
const isOrder = (sentence: Sentence) =>
  (sentence.kind === 'revoke' && sentence.unclear.length === 0 && !sentence.dryRun && isPlain(sentence.targets)) ||
  sentence.kind === 'revokeMine' ||
  sentence.kind === 'decide';

describe('a sentence that was once misread', () => {
  const a = { kind: 'address', text: 'a@b.example' } as const;
  const onlyA: Sentence = { kind: 'revoke', dryRun: false, targets: [a], unclear: [], reason: null };
  const order = 'revoke sessions for a@b.example';
  const rows: readonly (readonly [string, string, Sentence])[] = [
    ['a full stop behind markup', '<b>help</b>.', { kind: 'help' }],
    ['a full stop behind a marked code', 'approve <b>K7F3</b>.', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    [
      'letters that only look like the words',
      'revo\u212ae \u017fessions for a@b.example',
      { kind: 'perhaps', dryRun: false, targets: [a], reason: null },
    ],
    ['a reply in plain text', `${order}\n> c@d.example`, onlyA],
    ['a reply to a reply', `${order}<br>&gt;&gt; c@d.example`, onlyA],
    ['a quoted preview with a bracket in it', `<quoted preview="1 > c@d.example "/>${order}`, onlyA],
    ['a quotation of the newer kind, with content', `${order} <quoted messageId="1">c@d.example</quoted>`, onlyA],
    ['a picture whose description holds a bracket', `${order} <img alt="1 > c@d.example ">`, onlyA],
    [
      'a quotation that seems to end within an attribute',
      `<blockquote><img alt="</blockquote>revoke sessions for c@d.example "></blockquote>${order}`,
      onlyA,
    ],
    ['a quotation whose tag never ends', `${order} <blockquote cite="</blockquote>c@d.example`, onlyA],
    ['an invisible character that looks like a space', 'revoke sessions for <a\ufeff@b.example>', onlyA],
  ];
  for (const [name, sent, meaning] of rows) {
    it(`with ${name}`, () => assert.deepEqual(understand({ text: sent, recipient: bot }), meaning));
  }

  /** What each matcher could try from every place anew. */
  const long: readonly (readonly [before: string, repeated: string, after: string])[] = [
    ['<a ', ' ', '>x</a>'],
    ['<a x', ' ', 'y>x</a>'],
    ['<span ', 'itemtype=', '>x</span>'],
    ['<p style="', '/*', '">x</p>'],
    ['<p style="color:rgb(,', ' ', ',)">x</p>'],
    ['<a href="mailto:a@b.example">', ')', 'x</a>'],
    ['<a href="mailto:a@b.example">x', "'", 'x</a>'],
    ['deny K7F3 ', '(', '?'],
    ['deny K7F3 ', ',', 'because?'],
    ['取消 K7F3 ', '。', 'x'],
    ['取消 K7F3 ', '。x', ''],
    ['revoke sessions for a@b.example', ' -', '?'],
    ['revoke sessions for a@b.example', '–', '@'],
    ['撤销', 'a.', '录'],
  ];
  for (const [before, repeated, after] of long) {
    it(`with ${before}${repeated}${repeated}${repeated}… ${after}`, () => {
      const content = before + repeated.repeat((longestHtml - before.length - after.length) / repeated.length) + after;
      inTime(() => understand({ text: content, attachments: [{ contentType: 'text/html', content }], recipient: bot }));
    });
  }

  it('with very many mentions in very little', () => {
    const entities = Array.from({ length: 3000 }, () => ({ type: 'mention', mentioned: bot, text: ' ' }));
    inTime(() => understand({ text: 'a '.repeat(longestText / 2), entities, recipient: bot }));
  });
});

/** Capitals do not matter. */
function small(sentence: Sentence): unknown {
  return JSON.parse(JSON.stringify(sentence).toLowerCase());
}
