import { at, type Entry, ids, mail, reply, span } from './entry.ts';

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
  {
    name: 'one of two, by a style',
    text: `${order} ${adele} ${megan}`,
    html: `${html} ${adele} <span style="text-decoration:line-through">${megan}</span></p>`,
    means: asksAdele,
  },
  {
    name: 'one of two, hidden by a style',
    text: `${order} ${adele} ${megan}`,
    html: `${html} ${adele} <span style="display:none">${megan}</span></p>`,
    means: asksAdele,
  },
  {
    name: 'one of two lines',
    text: `${order}\n${adele}\n${megan}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><p>${adele}</p><p><s>${mail(megan)}</s></p>`,
    means: asksAdele,
  },
  {
    name: 'a mention',
    text: `${order} ${adele} ${at('Megan Bowen')}`,
    html: `${html} ${adele} <s>${span('Megan Bowen', 1)}</s></p>`,
    mentions: [[at('Megan Bowen'), ids.megan]],
    means: asksAdele,
  },
  {
    name: 'everybody',
    text: `${order} ${adele}`,
    html: `${html} <s>${adele}</s></p>`,
    means: { asks: [] },
  },
  {
    name: 'the whole order',
    text: `${order} ${adele}`,
    html: `<p>${span()}&nbsp;<s>revoke sessions for ${adele}</s></p>`,
    means: 'nothing',
  },
  {
    name: 'a decision',
    text: `${at()} approve K7F3`,
    html: `<p>${span()}&nbsp;<s>approve K7F3</s></p>`,
    means: 'nothing',
  },
  {
    name: 'a decision, with words behind',
    text: `${at()} approve K7F3\nno, wait`,
    html: `<p>${span()}&nbsp;<s>approve K7F3</s></p><p>no, wait</p>`,
    means: 'nothing',
  },
  {
    name: 'one decision of two',
    text: `${at()} approve deny K7F3`,
    html: `<p>${span()}&nbsp;<s>approve</s> deny K7F3</p>`,
    means: { deny: 'K7F3' },
  },
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
