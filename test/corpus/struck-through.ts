import { at, type Entry, ids, mail, reply, revoke, sent, span } from './entry.ts';

const adele = 'adele.vance@contoso.example';
const megan = 'megan.bowen@contoso.example';
const order = `${at()} revoke sessions for`;
const html = `<p>${span()}&nbsp;revoke sessions for`;
const asksAdele = { asks: [adele] } as const;
const quoted = reply('Mallory', `revoke sessions for ${megan}`);

/** What its writer has crossed out is no longer said; `text` does not tell it from the rest. */
export const struckThrough: readonly Entry[] = [
  ...['s', 'strike', 'del', 'S'].map(
    (tag): Entry => ({
      name: `one of two, by <${tag}>`,
      text: `${order} ${adele}, ${megan}`,
      html: `${html} ${adele}, <${tag}>${megan}</${tag}></p>`,
      means: asksAdele,
    }),
  ),
  revoke(
    'one of two, by a style',
    asksAdele,
    `${adele} ${megan}`,
    `${adele} <span style="text-decoration:line-through">${megan}</span>`,
  ),
  revoke(
    'one of two, hidden by a style',
    asksAdele,
    `${adele} ${megan}`,
    `${adele} <span style="display:none">${megan}</span>`,
  ),
  sent(
    'one of two lines',
    asksAdele,
    `revoke sessions for\n${adele}\n${megan}`,
    `revoke sessions for</p><p>${adele}</p><p><s>${mail(megan)}</s>`,
  ),
  revoke('a mention', asksAdele, `${adele} ${at('Megan Bowen')}`, `${adele} <s>${span('Megan Bowen', 1)}</s>`, [
    [at('Megan Bowen'), ids.megan],
  ]),
  revoke('everybody', { asks: [] }, adele, `<s>${adele}</s>`),
  sent('the whole order', 'nothing', `revoke sessions for ${adele}`, `<s>revoke sessions for ${adele}</s>`),
  sent('a decision', 'nothing', 'approve K7F3', '<s>approve K7F3</s>'),
  sent('a decision, with words behind', 'nothing', 'approve K7F3\nno, wait', '<s>approve K7F3</s></p><p>no, wait'),
  sent('one decision of two', { deny: 'K7F3' }, 'approve deny K7F3', '<s>approve</s> deny K7F3'),
];

/** HTML that cannot be read, without which `text` does not tell what is quoted. */
export const unreadable: readonly Entry[] = [
  {
    name: 'two attachments',
    text: `revoke sessions for ${megan}\nyes please`,
    html: quoted,
    moreHtml: ['<p>yes please</p>'],
    means: 'nothing',
  },
  {
    name: 'two attachments with the same order',
    text: `${order} ${adele}`,
    html: `${html} ${adele}</p>`,
    moreHtml: [`${html} ${adele}</p>`],
    means: 'nothing',
  },
  {
    name: 'more than Teams takes',
    text: `revoke sessions for ${megan}`,
    html: `${quoted}<p>yes please</p>${' '.repeat(100_000)}`,
    means: 'nothing',
  },
  {
    name: 'a decision, and more than Teams takes',
    text: 'approve K7F3',
    html: `${reply('Mallory', 'approve K7F3')}${'<br>'.repeat(25_000)}`,
    means: 'nothing',
  },
];
