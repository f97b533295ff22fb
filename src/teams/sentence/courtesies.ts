/** What people say besides, which changes nothing about what they ask. */
const words =
  '(?:please|pls|plz|kindly|asap|now|urgent(?:ly)?|immediately|right away|thanks?(?: you)?(?: (?:a lot|so much|very much))?|many thanks|thx|cheers|hi|hello|hey|good (?:morning|afternoon|evening))(?![\\p{L}\\p{N}])' +
  '|(?:よろしく)?お願い(?:いた)?(?:し)?(?:ます)?|至急|ありがとう(?:ございます)?|请|麻烦|尽快|谢谢|您好|你好';
/** One that asks or says no is no courtesy. */
const picture =
  '(?![❓❔⁉🤔🤨🧐👎❌✖❎🚫🛑⛔🙅🤷✋🙈])\\p{Extended_Pictographic}[\\p{Emoji_Modifier}]?|[\\u{1F1E6}-\\u{1F1FF}]{2}';
const before = new RegExp(`^(?:[\\s,;:.、，：；。–—-]|${words}|${picture})+`, 'iu');
const behind = new RegExp(`(?:(?<![\\p{L}\\p{N}])(?:${words})|${picture}|[\\s,;.!、，；。！])+$`, 'iu');

/** Without what stands before an order: also what stood behind the bot's own mention. */
export const withoutGreeting = (text: string): string => text.replace(before, '');
/** Nobody thanks at greater length, and matching would take its time. */
const longestThanks = 80;
export const withoutThanks = (text: string): string =>
  text.slice(0, -longestThanks) + text.slice(-longestThanks).replace(behind, '');
