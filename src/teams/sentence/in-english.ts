/**
 * The beginning of a sentence in Japanese or Simplified Chinese, and what it is in English, in which sentences are
 * parsed. Neither language puts spaces between words, and both have a colon and spaces of their own.
 */
const between = '[\\s:：、，]*';
const begins: readonly (readonly [sentence: string, english: string])[] = [
  [`確認のみ${between}セッション(?:の|を)?取り?消(?:し|す)?`, 'what if revoke sessions for '],
  [`模拟${between}撤销(?:登录)?会话`, 'what if revoke sessions for '],
  ['自分のセッション(?:の|を)?取り?消(?:し|す)?', 'revoke my sessions '],
  ['撤销我的(?:登录)?会话', 'revoke my sessions '],
  ['セッション(?:の|を)?取り?消(?:し|す)?', 'revoke sessions for '],
  ['撤销(?:登录)?会话', 'revoke sessions for '],
  ['承認|批准', 'approve '],
  ['拒否|拒绝', 'deny '],
  ['キャンセル|取消', 'cancel '],
  ['停止', 'stop '],
  ['状況|状态', 'status '],
  ['履歴|历史(?:记录)?', 'history '],
  ['ヘルプ|帮助', 'help '],
];
/**
 * What a command may end at. Any other character of these languages goes on with the word, and what it says then may be
 * the opposite: "取り消さないで" is "do not revoke".
 */
const ends = '(?=[\\s:：、，；（［｛＜「『【〈《“„«‘\\uFDD0Ａ-Ｚａ-ｚ０-９]|(?![.!?])[!-~]|[.!?。！？]*$)';
const patterns = begins.map(([sentence, english]) => ({
  begin: new RegExp(`^(?:${sentence})${ends}${between}`, 'u'),
  english,
}));
/** What stands before the reason, also without a space behind it. */
const because = /(^|[\s,;、，；])(?:理由|原因)[\s:：]*/u;
/** Letters and digits as wide as a character. */
const wide = /[Ａ-Ｚａ-ｚ０-９]/gu;

/** The sentence with its command in English; one that has none of these words as it is. */
export function inEnglish(text: string): string {
  const found = patterns.find(({ begin }) => begin.test(text));
  if (!found) return text;
  const rest = text.replace(found.begin, '').replace(because, '$1 because ');
  const isShort = !/^(?:what|revoke|history)/.test(found.english);
  // A question stays one: it decides nothing.
  const ended = rest.replace(/[。！？]+$/u, (marks) => (marks.includes('？') ? '?' : '.'));
  return found.english + (isShort ? ended.replace(wide, (letter) => letter.normalize('NFKC')) : ended);
}
