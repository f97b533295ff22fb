/**
 * What people say besides, in three languages: courtesies, which change nothing; and words that make no order of a
 * sentence. Matched without the flag `u` where a long s or a Kelvin sign would do for s and k.
 */
const courtesy =
  '(?:please|pls|plz|kindly|asap|(?:right )?now|urgent(?:ly)?|immediately|at once|quickly|right away|straight away|thanks?(?: you)?(?: (?:a lot|so much|very much|in advance))?|many thanks|thx|ty|cheers|hi|hello|hey|ok(?:ay)?|(?:hi |hello |hey )?(?:all|team|bot|folks|there|everyone|guys)(?=[\\s,!.:])|good (?:morning|afternoon|evening))(?![\\p{L}\\p{N}@._+-])' +
  '|(?:どうか|よろしく)?お願い(?:いた)?(?:し)?(?:ます)?|至急|緊急|今すぐ|すぐに|直ちに|ありがとう(?:ございます)?|こんにちは|お疲れ様です|すみません(?:が)?|请|麻烦(?:您|你)?|帮我|帮忙|尽快|立即|立刻|马上|紧急|谢谢(?:您|你)?|多谢|您好|你好|大家好';
/** One that asks or says no is no courtesy. */
const picture =
  '(?![❓❔⁉🤔🤨🧐👎❌✖❎🚫🛑⛔🙅🤷✋🙈])\\p{Extended_Pictographic}[\\p{Emoji_Modifier}]?|[\\u{1F1E6}-\\u{1F1FF}]{2}';
const before = new RegExp(`^(?:[\\s,;:.…、，：；。–—-]|(?:${courtesy})[!！]*|${picture})+`, 'iu');
const behind = new RegExp(`(?:(?<![\\p{L}\\p{N}@.])(?:${courtesy})|${picture}|[\\s,;.…!、，；。！–—-])+$`, 'iu');
/** No one thanks at greater length, and matching would take its time. */
const longestThanks = 80;

/** Without what stands before an order: also what stood behind the bot's own mention. */
export const withoutGreeting = (text: string): string => text.replace(before, '');
export const withoutThanks = (text: string): string =>
  text.slice(0, -longestThanks) + text.slice(-longestThanks).replace(behind, '');

const matches = (words: string, others: string) => {
  const patterns = [new RegExp(`(?:^|[^\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'iu'), new RegExp(others, 'u')];
  // In Chinese "can or cannot" is a question.
  return (text: string): boolean => patterns.some((one) => one.test(text.replace(/(\p{Script=Han})不\1/gu, '')));
};

/** Says no: of an order nothing is left then. */
export const negates = matches(
  "not|never|don[’']?t|doesn[’']?t|didn[’']?t|won[’']?t|can[’']?t|cannot|shouldn[’']?t|mustn[’']?t|needn[’']?t|wouldn[’']?t|isn[’']?t|wasn[’']?t|nobody|none|neither|nor|avoid|refrain|forbidden|prohibited|no need|no reason|no longer|instead of|undo|nicht|kein\\p{L}*",
  'ない(?!うちに)|ません|ぬよう|ずに|禁止|不要|無用|やめ|中止|不(?!明|正|審|良|法|同)|别|別(?!の)|勿|没有?(?!收)|禁止|取消撤销|无需|無需',
);

/** Says that a person is not meant. */
export const excludes = (text: string): boolean => negates(text) || besides(text) || /(?:^|\s)no(?:$|\s)/iu.test(text);
const besides = matches(
  'except(?:ing)?|excluding|exclude|besides|but|without|minus|unless|only|skip|spare|omit|ignore|leave|keep|sauf|sans|ohne|au(?:ss|ß)er|salvo|excepto',
  '以外|除く|除外|除了|除去|対象外|報告者|通報|誤検知|误报|排除|保留',
);

/** What it says is to be done only then, or later. */
export const waits = matches(
  'if|when|whenever|once|unless|until|till|in case|as soon as|provided|assuming|should|would|could|might|after|before|later|tomorrow|tonight|next|soon|maybe|perhaps|in \\d+ ?(?:min\\p{L}*|h\\p{L}*|days?)|at \\d+(?::\\d+)?',
  'なら|たら|れば|場合|後で|あとで|明日|如果|要是|假如|若是|若|的话|等到|之后|以后|稍后|明天|也许|可能',
);

/** Tells what another person says, or that it was not meant. */
export const takesBack = matches(
  'kidding|joking|joke|scratch|cancel|false alarm|mistake|oops|wait|hold on|test|drill|said|says|say|asked|asks|told|tells|wrote|writes|wants?|wanted|according to|quote|quoted|typed?|reported|reports|example|e\\.g\\.',
  'と言|と書|って言|だそう|らしい|と依頼|と報告|说|表示|写道|要求|让我|报告|举报|例如|冗談|間違い|開玩笑|开玩笑|算了|误会|等等',
);

/** Asks, and orders nothing. Only its end is looked at. */
export function asksBack(text: string): boolean {
  const end = text.slice(-60);
  return (
    /[?？❓❔⁉🤔🤷][\s!！.。?？\p{Extended_Pictographic}"'”’)）」』\]]*$/u.test(end) ||
    /(?:ですか|ますか|でしょうか|のか|かな|吗|么|呢|对吧|好吗|(?:是否|能不能|可不可以|是不是|要不要).*)[。.!！\s]*$/u.test(
      end,
    ) ||
    /[,，]\s*(?:right|ok|okay|yes|no|correct|huh|eh)[.!\s]*$/iu.test(end)
  );
}

/** Words by which a sentence may be about ending sessions, however it is put. */
export const isAboutSessions = (text: string): boolean =>
  /(?:^|[^a-z])(?:revok\w*|re[vw]o?c?k?e?d?|invok\w*|sessions?|tokens?|sign(?![ -]?(?:in|up)(?![a-z])|in[a-z])\w*|log[ -]?(?:out|off|ged|ging|s)|log(?= )|kick\w*|kill\w*|boot\w*|end|terminat\w*|expire|invalidat\w*|disconnect\w*|eject\w*|evict\w*|disabl\w*|block\w*|lock(?!out|ed)\w*|throw\w*|drop|force|cut|remove|access(?! (?:to|pass))|out)(?![a-z])/i.test(
    text,
  ) ||
  /取り?消|セッション|サインアウト|ログアウト|ログオフ|無効|失効|切断|撤销|撤消|吊销|注销|登出|下线|会话|令牌|退出|踢|终止|失效/u.test(
    text,
  ) ||
  (text.match(/[a-z]+/gi) ?? []).slice(0, 40).some((word) => isSlipOf(word, 'revoke') || isSlipOf(word, 'sessions'));

/** One or two slips of the fingers from it. */
function isSlipOf(typed: string, word: string): boolean {
  if (Math.abs(typed.length - word.length) > 2 || typed[0]?.toLowerCase() !== word[0]) return false;
  return distance(typed.toLowerCase(), word) <= 2;
}

/** How many letters have to be put in, left out, exchanged or swapped to make one word of the other. Both are short. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const at = (di: number, dj: number) => (i - di === i ? row : rows[i - di])?.[j - dj] ?? Infinity;
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const isSwapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + same, isSwapped ? at(2, 2) + 1 : Infinity));
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? Infinity;
}

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
  ['キャンセル|取り?下げ|取消|撤回', 'cancel '],
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
