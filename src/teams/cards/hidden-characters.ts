/** What shows nothing, and what turns the text beside it round. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cf}\p{Cc}\u2800]/gu;
/** Scripts in which a joiner between two letters changes how they are written. */
const joining =
  '\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}';
/** Joiners and selectors where they belong: in pictures, between such letters, behind an ideograph. */
const belongs = new RegExp(
  [
    '(?<=\\p{Extended_Pictographic})\\uFE0F|(?<=[#*0-9])\\uFE0F(?=\\u20E3)',
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})',
    `(?<=(?!\\p{Cf})[${joining}])[\\u200C\\u200D](?=(?!\\p{Cf})[${joining}])`,
    '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  ].join('|'),
  'gu',
);

/** Whether two texts may look the same to a reader although this one has more in it. */
export const hidesCharacters = (text: string): boolean => text.replace(belongs, '').search(hidden) >= 0;

/** With a mark for each character that a reader would not see. */
export function withHiddenMarked(text: string): string {
  const kept = new Set([...text.matchAll(belongs)].map(({ index }) => index));
  return text.replace(hidden, (character, index: number) => (kept.has(index) ? character : '\uFFFD'));
}
