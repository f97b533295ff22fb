/**
 * Words with which somebody says more than a name. Whoever writes one of these means something that is not guessed at.
 * That a name is written with capitals tells most words from it; these are for those that begin a line.
 */
const says =
  /^(?:except|excepting|excluding|exclude|besides|but|no|not|never|nobody|none|without|minus|unless|only|everyone|everybody|all|any|anyone|anybody|both|either|neither|or|other|others|than|them|those|these|this|that|whole|team|group|because|also|then|plus|however|instead|do|does|did|don['’]?t|doesn['’]?t|didn['’]?t|isn['’]?t|wasn['’]?t|is|was|leave|keep|skip|spare|omit|ignore|by|from|per|via|cc|bcc|fyi|nicht|kein|keine|au(?:ss|ß)er|ohne|sauf|sans|pas|excepto|salvo)$/iu;
/** Whoever comes behind one of these has only to do with it. */
const role =
  /^(?:manager|supervisor|reporter|reported|requester|requestor|requested|raised|opened|asked|witness|approver|approved|analyst|assignee|assigned|contact|sender|sent|owner|thanks|regards|signed|sincerely|please|and)$/iu;
/** Nothing separates these from what they stand beside, so they are looked for within words. */
const saysWithin =
  /以外|除く|除外|除了|除去|全員|所有人|全部|不要|不是|不用|不含|没有|対象外|報告|通報|依頼|上司|誤検知|误报|举报|报告|经理|请勿|勿|別|别|ない|ません|ください|[しま]した$|です$|ます$/u;
/** Small words of names. */
const particle = /^(?:von|van|der|den|de|del|della|di|da|dos|das|du|la|le|el|al|bin|bint|ibn|ben|ter|ten|zu)$/u;

const mostWords = 8;
const mostWithoutCase = 2;
const longestName = 80;

/**
 * Whether these words can be the name before this address, such as `Adele Vance (Retail)`, and say nothing of their own.
 * A name has capitals, or it is in the address; where a script has none, it is short.
 */
export function isName(words: readonly string[], address = ''): boolean {
  const all = words.filter((word) => word !== '');
  if (all.length > mostWords || all.join(' ').length > longestName) return false;
  if (role.test(bareWord(all[0] ?? ''))) return false;
  if (all.some((word) => /\p{Lo}/u.test(word)) && all.length > mostWithoutCase) return false;
  return all.every((word) => {
    const only = bareWord(word);
    if (!/^[\p{L}\p{M}\p{Nd}.'’()\-–/|・·&]+$/u.test(word) || says.test(only) || saysWithin.test(word)) return false;
    return isCapital(only) || particle.test(only) || sharesWith(only, address);
  });
}

/** Also of what is no letter at all, and of scripts that have no capitals. */
function isCapital(word: string): boolean {
  return !/^\p{Ll}/u.test(word.replace(/^(?:[dlo]['’]|(?:al|el|de|ben)-)/u, ''));
}

/** Whether this word stands in what comes before the `@`: as a part of its own, or with enough letters. */
export function sharesWith(word: string, address: string): boolean {
  const local = address.slice(0, Math.max(0, address.indexOf('@')));
  const letters = plain(word);
  if (letters === '') return true;
  if (local.split(/[._+-]+/u).some((part) => plain(part) === letters)) return true;
  return letters.length > 2 && plain(local).includes(letters);
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]/gu, '');
const bareWord = (word: string) => word.replace(/^[^\p{L}\p{Nd}]+|[^\p{L}\p{Nd}]+$/gu, '');

const excepts =
  /(?:^|\P{L})(?:except|excepting|excluding|exclude|besides|without|unless|everyone|everybody|no|not|never|false|benign|clean|cleared|safe|unaffected|skip|leave|keep|ignore|don['’]?t|isn['’]?t|wasn['’]?t|reporter|by)(?!\p{L})/iu;

/** Whether these words may say that somebody is not meant. */
export const leavesOut = (text: string): boolean => excepts.test(text) || saysWithin.test(text);

/** Whether this can be another cell of somebody's row: a name, a department, a date; not another person, and no words. */
export function isBesideAddress(cell: string): boolean {
  return cell.length <= 120 && !/[@＠]/u.test(cell) && !leavesOut(cell);
}

/** Whether this is the name of whoever has this address. */
export function isNameOf(cell: string, address: string): boolean {
  const words = cell.split(/[\s,]+/u).filter((word) => word !== '');
  return isName(words, address) && words.some((word) => /\p{L}/u.test(word) && sharesWith(word, address));
}
