import { at, bot, type Entry, type Meaning, objectId, oldSpan, span } from './entry.ts';

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How the same words leave each client. */
const clients: Readonly<Record<string, (words: string) => Pick<Entry, 'text' | 'html'>>> = {
  'desktop, in a channel': (words) => ({
    text: `${at()} ${words}\n`,
    html: `<p>${span()}&nbsp;${escaped(words)}</p>`,
  }),
  'desktop, in a 1:1 chat': (words) => ({ text: words, html: `<p>${escaped(words)}</p>` }),
  'web, with the mention at the end': (words) => ({
    text: `${words} ${at()}`,
    html: `<div><div>${escaped(words)}&nbsp;${oldSpan()}</div>\n</div>`,
  }),
  'iOS, in a group chat': (words) => ({
    text: `${at()} ${words}`,
    html: `<div>${oldSpan()} ${escaped(words)}</div>`,
  }),
  'Android, in a channel': (words) => ({
    text: `\r\n${at()}\u00a0${words}\r\n`,
    html: `<div>\r\n<div><span itemscope itemtype='http://schema.skype.com/Mention' itemid='0'>${bot.name}</span>&nbsp;${escaped(words)}</div>\r\n</div>`,
  }),
  'a client that sends no HTML': (words) => ({ text: `${at()}&nbsp;${words}` }),
};

const adele = 'adele.vance@contoso.example';
const sentences: readonly (readonly [string, Meaning])[] = [
  [`revoke sessions for ${adele}`, { asks: [adele] }],
  [`Revoke sessions for ${adele}.`, { asks: [adele] }],
  [`revoke sessions for ${adele} because phone stolen`, { asks: [adele], because: 'phone stolen' }],
  [`what if revoke sessions for ${adele}`, { asks: [adele], whatIf: true }],
  [`revoke sessions for ${objectId}`, { asks: [objectId] }],
  // Where iOS had a picture of what was dictated.
  [`revoke sessions for\uFFFC${adele}`, { asks: [adele] }],
  [`revoke sessions for Adele Vance <${adele}>`, { asks: [adele] }],
  [`revoke sessions for r&d@contoso.example`, { asks: ['r&d@contoso.example'] }],
  [`revoke sessions for Adele`, { asks: [], unclear: ['Adele'] }],
  ['revoke my sessions', { mine: null }],
  ['approve K7F3', { approve: 'K7F3' }],
  ['deny K7F3.', { deny: 'K7F3' }],
  ['help', 'help'],
  ['thanks, that was quick', 'nothing'],
];

/** What is typed, on every client. */
export const typed: readonly Entry[] = sentences.flatMap(([words, means]) =>
  Object.entries(clients).map(([client, send]) => ({ name: `${words} (${client})`, ...send(words), means })),
);
