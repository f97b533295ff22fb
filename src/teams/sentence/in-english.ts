import { waits } from './phrases.ts';

/**
 * Orders in Japanese and Simplified Chinese, and what they are in English, in which sentences are parsed. Neither language
 * puts spaces between words, both have a colon and spaces of their own, and in both the verb may stand behind the people.
 */
const between = '[\\s:：、，]*';
const begins: readonly (readonly [sentence: string, english: string])[] = [
  [`確認のみ${between}セッション(?:の|を)?取り?消(?:し|す)?`, 'what if revoke sessions for '],
  [`模拟${between}撤销(?:登录)?会话`, 'what if revoke sessions for '],
  ['自分のセッション(?:の|を)?取り?消(?:し|す)?', 'revoke my sessions '],
  ['撤销我的(?:所有)?(?:登录)?会话', 'revoke my sessions '],
  ['(?:サインイン|ログイン)?セッション(?:の|を)?取り?消(?:し|す)?', 'revoke sessions for '],
  ['撤销(?:所有|全部)?(?:登录)?会话', 'revoke sessions for '],
  ['(?:強制)?(?:サインアウト|ログアウト)', 'sign out '],
  ['注销|登出|退出登录', 'sign out '],
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

/** Who it is about, where the verb comes behind: at least one address, id or mention. */
const people = '([^\\n]*?(?:[a-z0-9-]+\\.[a-z0-9.-]+|[0-9a-f]{12}|\\uFDD1)[>）)」』”"]?)';
const sessionsJa =
  '(?:すべての|全ての|全|有効な)*(?:サインイン|ログイン)?の?(?:セッション|トークン)(?:を|の)?(?:すべて|全て|全部)?';
const orderJa =
  '(?:て|して|させて)?(?:ください|下さい|くれ|ほしい|(?:を)?お?願い(?:いた)?(?:し)?(?:ます)?|する|す|せよ|しろ)?';
/** What follows the order, and is no part of its verb. */
const rest = '(?=$|[\\s、，。．.,;；：:（(!！—–-])';
const verbLast: readonly RegExp[] = [
  `${people}\\s?(?:さん|様|氏)?\\s?の?\\s?${sessionsJa}(?:取り?消し?|無効化|無効に|失効)${orderJa}${rest}`,
  `${people}\\s?(?:さん|様|氏)?\\s?(?:を|の)\\s?(?:(?:全|すべての|全ての)(?:デバイス|端末)(?:から|で))?(?:強制)?(?:サインアウト|ログアウト)(?:させ|し)?${orderJa}${rest}`,
  `(?:撤销|吊销)\\s?(?:用户|账号|账户|帐号|帐户)?${people}\\s?的?(?:所有|全部|当前|活动)?的?(?:登录|登陆)?(?:会话|令牌)?${rest}`,
  `(?:把|将)\\s?(?:用户|账号)?${people}\\s?(?:的?(?:所有|全部)?的?(?:登录)?(?:会话|令牌))?(?:全部|都|立即)?(?:撤销|吊销|注销|登出|退出登录)${rest}`,
  `(?:让|使)\\s?(?:用户|账号)?${people}\\s?(?:在所有设备上)?(?:退出登录|登出|注销)${rest}`,
].map((pattern) => new RegExp(`^${pattern}`, 'iu'));

/** What stands before the reason, also without a space behind it. */
const because = /(^|[\s,;、，；。（(])(?:理由は|理由|原因是|原因|因为)[\s:：]*/u;
/** Letters and digits as wide as a character. */
const wide = /[Ａ-Ｚａ-ｚ０-９]/gu;
const longestOrder = 1000;

/** The sentence with its command in English; one that has none of these words as it is. */
export function inEnglish(text: string): string {
  const found = patterns.find(({ begin }) => begin.test(text));
  if (!found) return verbBehind(text) ?? text;
  const after = text.replace(found.begin, '').replace(because, '$1 because ');
  const isShort = !/^(?:what|revoke|sign|history)/.test(found.english);
  // A question stays one: it decides nothing.
  const ended = after.replace(/(?<![。！？])[。！？]+$/u, (marks) => (marks.includes('？') ? '?' : '.'));
  return found.english + (isShort ? ended.replace(wide, (letter) => letter.normalize('NFKC')) : ended);
}

function verbBehind(text: string): string | null {
  // A quotation.
  if (/^["'“„«‘「『]/u.test(text)) return null;
  if (text.length > longestOrder || !/[\p{Script=Han}\p{Script=Katakana}]/u.test(text)) return null;
  for (const pattern of verbLast) {
    const [all, who = ''] = pattern.exec(text) ?? [];
    if (all === undefined || waits(who)) continue;
    return `revoke sessions for ${who.trim()} ${text.slice(all.length).replace(because, '$1 because ')}`;
  }
  return null;
}
