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
export function distance(one: string, other: string): number {
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
