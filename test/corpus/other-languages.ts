import { at, type Entry, type Meaning, mail, span } from './entry.ts';

const adele = 'adele.vance@contoso.example';
const isaiah = 'isaiah.langer@contoso.example';
const named = `Adele Vance <${adele}>`;
const escaped = (words: string) => words.replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const sentences: readonly (readonly [words: string, means: Meaning])[] = [
  ['批准K7F3', { approve: 'K7F3' }],
  ['批准K7F3！', { approve: 'K7F3' }],
  ['批准K7F3？', 'nothing'],
  ['批准K7F3！？', 'nothing'],
  ['承認 K7F3？', 'nothing'],
  ['承認 K7F3?', 'nothing'],
  ['拒否K7F3？', 'nothing'],
  ['自分のセッションを取り消す', { mine: null }],
  ['自分のセッションを取り消す？', 'nothing'],
  ['自分のセッションを取り消す理由', 'nothing'],
  ['自分のセッションを取り消す、理由：紛失', { mine: '紛失' }],
  [`セッションを取り消し: ${named}`, { asks: [adele] }],
  [`セッションを取り消さないでください: ${named}`, 'nothing'],
  [`セッションを取り消さないでください:\t${named}`, 'nothing'],
  [`セッションを取り消しました: ${named}`, { perhaps: [adele] }],
  [`撤销会话 ${adele}，${isaiah}`, { asks: [adele, isaiah] }],
  [`撤销会话不要 <${adele}>`, { asks: [], unclear: ['会话不要'] }],
];

/** Sentences in languages that put no spaces between words, in which a word may go on and say something else. */
export const otherLanguages: readonly Entry[] = [
  ...sentences.map(
    ([words, means]): Entry => ({
      name: words,
      text: `${at()} ${words}`,
      html: `<p>${span()}&nbsp;${escaped(words)}</p>`,
      means,
    }),
  ),
  {
    name: 'a table that text has glued to the command',
    text: `${at()} セッション取り消し山田 太郎${adele}`,
    html: `<p>${span()}&nbsp;セッション取り消し</p><table><tr><td>山田 太郎</td><td>${mail(adele)}</td></tr></table>`,
    means: { asks: [adele] },
  },
];
