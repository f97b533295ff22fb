import fc from 'fast-check';
import type { IncomingText } from '../../src/teams/sentence/message-text.ts';
import { bot } from './manners.ts';

/** The writer's own words: nothing in them is markup. */
const own = words('own.example', '\n', '<br>', '</p><p>', ', ', ' because ');
/** Somebody else's words, in markup of their own that is opened and closed again. */
const theirs = words('quoted.example', '<br>', '<p>', '</p>', '<b>x</b>', '&gt; ', '&lt;/blockquote&gt;', ' because ');
/** Within an attribute, where brackets stand for themselves. */
const hidden = words('quoted.example', ' > ', '>', '/>', '<', '<b>', "'", '&quot;', '\n');

function words(host: string, ...between: string[]): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'revoke sessions for ',
    'approve K7F3',
    'help',
    'and ',
    `a@${host}`,
    `b.c@${host} `,
    'x',
  );
  return fc
    .array(fc.oneof(word, fc.constantFrom(' ', '.', '; ', ...between)), { maxLength: 8 })
    .map((all) => all.join(''));
}

/** What is nobody's order, with what stands in its place when it is taken out. */
interface Quotation {
  readonly html: string;
  readonly gap: ' ' | '\n';
}
const inline = (content: fc.Arbitrary<string>, ...forms: string[]): fc.Arbitrary<Quotation> =>
  fc.record({ html: within(content, ...forms), gap: fc.constant(' ' as const) });
const within = (content: fc.Arbitrary<string>, ...forms: string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...forms), content).map(([form, text]) => form.split('…').join(text));

const quoted = within(
  theirs,
  '<blockquote>…</blockquote>',
  '<BLOCKQUOTE itemscope itemid="1"><p>…</p></BLOCKQUOTE>',
  '<blockquote>…<blockquote>…</blockquote>…</blockquote>',
  '<quoted messageId="1">…</quoted>',
);
const quotation: fc.Arbitrary<Quotation> = fc.oneof(
  inline(quoted, '…', '<blockquote>…a@quoted.example</blockquote>'),
  fc.record({ html: within(quoted, '<div>…</div>'), gap: fc.constant('\n' as const) }),
  inline(
    hidden,
    '<quoted messageId="1" preview="…"/>',
    '<quoted preview="…">a@quoted.example</quoted>',
    '<blockquote cite="…">a@quoted.example</blockquote>',
    '<img alt="…">',
    '<a title="…" href="mailto:a@quoted.example"></a>',
  ),
  fc.record({
    html: within(
      theirs.map((text) => text.replaceAll(/<\/?(?:p|br)>/g, ' ')),
      '\n> …\n',
      '<br>&gt; …<br>',
      '\n&gt;&gt; …\n',
      '\n> > …\n',
      '\n>\n',
    ),
    gap: fc.constant('\n' as const),
  }),
  // The bot's own mention, whatever a client lets it be called.
  inline(
    theirs.map((text) => text.replaceAll(/[<>\n]/g, ' ')),
    '<at>…</at>',
    '<at id="0">…</at>',
  ),
);

const part = fc.oneof(fc.record({ own }), fc.record({ quotation }));

/** A message of the writer's and of others' words, and the same without the others'. */
export const withQuotations: fc.Arbitrary<{ readonly full: IncomingText; readonly alone: IncomingText }> = fc
  .record({
    begin: fc.constantFrom('', 'revoke sessions for a@own.example, ', 'revoke sessions for ', 'approve ', '<p>'),
    parts: fc.array(part, { maxLength: 6 }),
    /** One that is never closed goes on to the end. */
    open: fc.option(within(theirs, '<blockquote>…', '<blockquote …', '<quoted>…', '<blockquote cite="</blockquote>…')),
  })
  .map(({ begin, parts, open }) => {
    const write = (one: (quotation: Quotation) => string) =>
      begin + parts.map((each) => ('own' in each ? each.own : one(each.quotation))).join('');
    const mentions = parts.flatMap((each) =>
      'quotation' in each && each.quotation.html.startsWith('<at')
        ? [{ type: 'mention', mentioned: bot, text: each.quotation.html }]
        : [],
    );
    return {
      full: { text: write(({ html }) => html) + (open ?? ''), entities: mentions, recipient: bot },
      alone: { text: write(({ gap }) => gap), recipient: bot },
    };
  });
