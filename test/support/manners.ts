import fc from 'fast-check';
import type { IncomingText } from '../../src/teams/sentence/message-text.ts';
import type { Meant } from './sentences.ts';

export const bot = { id: '28:bot', name: 'Session Revoker' };
const both = '<at id="0">Session Revoker</at> <at>session revoker</at> ';

/** All that does not matter. Each list is gone through in turn and begun again at its end. */
export const manner = fc.record({
  capitals: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
  gaps: list(' ', '  ', '\u00a0', '&nbsp;', '\t', '\u3000', ' \u200b ', '\u2009', ' <i></i>'),
  afterFor: fc.constantFrom(' ', ': ', ':', '\n', '<br>', '&nbsp;', ' :\r\n'),
  between: list(', ', '; ', ' ', '\n', '<br/>', ',', ' and ', '\r\n', '</p><p>', ' ,\u2028', ', AND '),
  beforeBecause: fc.constantFrom(' ', ', ', '\n', ';', '<br>', '.\u00a0'),
  around: list(
    '|',
    '<|>',
    '(|)',
    '[|]',
    '"|"',
    '“|”',
    '„|“',
    '«|»',
    '‘|’',
    '{|}',
    '<mailto:|>',
    'mailto:|',
    '|!',
    '|.',
  ),
  hidden: fc.array(fc.option(fc.constantFrom('\u200b', '\u00ad', '\ufeff', '\u2060', '\u202e', '\u200d', '\ufe0f')), {
    minLength: 1,
    maxLength: 9,
  }),
  /** Whether the client sends HTML, in which what was typed is escaped. */
  html: fc.boolean(),
  mention: fc.constantFrom('', '<at>Session Revoker</at>', '<at>Session Revoker</at>&nbsp;', '@Session Revoker ', both),
  entity: fc.boolean(),
  wrap: fc.constantFrom(
    '|',
    '<p>|</p>',
    '<div><p>|</p></div>',
    '<b>|</b>',
    ' \n|\n ',
    '<p>&nbsp;|&nbsp;</p>',
    '|\u200b',
  ),
  stop: fc.constantFrom('', '.', '<i>.</i>'),
});
type Manner = typeof manner extends fc.Arbitrary<infer T> ? T : never;

function list(...items: string[]) {
  return fc.array(fc.constantFrom(...items), { minLength: 1, maxLength: 5 });
}

/** The sentence as a client would send it. */
export function written(said: Meant, how: Manner): IncomingText {
  const turn = { capitals: 0, gaps: 0, between: 0, around: 0, hidden: 0 };
  const next = <K extends keyof typeof turn>(name: K) => {
    const items = how[name] as Manner[K];
    return items[turn[name]++ % items.length] as Manner[K][number];
  };
  // Sent as plain text, words that look like markup would be markup.
  const html = how.html || ('reason' in said && /[<>&]/.test(said.reason ?? ''));
  const escaped = (text: string) =>
    html ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;
  const hide = (text: string) => [...text].map((letter) => `${letter}${next('hidden') ?? ''}`).join('');
  const capital = (text: string) =>
    text.replace(/[a-z]/gi, (letter) => (next('capitals') ? letter.toUpperCase() : letter.toLowerCase()));
  const word = (text: string) => escaped(hide(capital(text)));
  const words = (text: string) => text.split(' ').map(word).join(next('gaps'));
  const because = (why: string | null) =>
    why === null
      ? ''
      : `${next('gaps')}${words('because')}${next('gaps')}${escaped(hide(why)).split(' ').join(next('gaps'))}`;

  const sentence = () => {
    switch (said.kind) {
      case 'help':
        return words('help');
      case 'decide':
        return words(`${said.verb} ${said.code}`);
      case 'revokeMine':
        return words('revoke my sessions') + because(said.reason);
      case 'revoke': {
        const targets = said.targets.map((target) => {
          const [before = '', after = ''] = next('around').split('|');
          return word(`${before}${target}${after}`);
        });
        // Bare: `<adele>` in plain text cannot be told from a tag.
        const named = [...targets, ...said.unclear.map(word)].reduce((all, target) => {
          const between = next('between');
          // An address in brackets behind another one is what that one stands for, unless something separates them.
          return `${all}${between === ' ' ? ', ' : between}${target}`;
        });
        const asked = words(said.dryRun ? 'what if revoke sessions for' : 'revoke sessions for');
        const why = said.reason === null ? '' : because(said.reason).replace(/^(?:&nbsp;|\s)*/u, how.beforeBecause);
        return `${asked}${how.afterFor}${named}${why}`;
      }
      default:
        return said satisfies never;
    }
  };
  const [open = '', close = ''] = how.wrap.split('|');
  const tags = ['<at>Session Revoker</at>', '@Session Revoker', '<at id="0">Session Revoker</at>'];
  const isPlain = how.mention.startsWith('@');
  const ofBot = how.entity || isPlain ? tags.map((text) => ({ type: 'mention', mentioned: bot, text })) : [];
  const ofOthers = { type: 'mention', mentioned: { id: '29:other' }, text: 'sessions' };
  return {
    text: `${open}${how.mention}${sentence()}${how.stop}${close}`,
    entities: [...ofBot, ofOthers],
    recipient: bot,
  };
}
