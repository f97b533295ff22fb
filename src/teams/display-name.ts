/** Words with which somebody says more than a name. Whoever writes one of these means something that is not guessed at. */
const says =
  /^(?:except|excepting|excluding|besides|but|not?|never|nobody|without|minus|unless|only|everyone|everybody|all|any|anyone|anybody|both|either|neither|or|other|others|than|them|those|these|this|that|whole|team|group|because|also|then|plus|however|instead|以外|除く|除外|除了|全員|所有人|全部)$/iu;

const mostWords = 8;
const longestName = 80;

/** Whether these words can be the name before an address, such as `Adele Vance (Retail)`, and say nothing of their own. */
export function isName(words: readonly string[]): boolean {
  const all = words.filter((word) => word !== '');
  if (all.length > mostWords || all.join(' ').length > longestName) return false;
  return all.every((word) => /^[\p{L}\p{M}\p{Nd}.'’()\-–/|・·&]+$/u.test(word) && !says.test(word));
}

const excepts =
  /(?:^|\P{L})(?:except|excepting|excluding|besides|without|unless|everyone|everybody)(?!\p{L})|以外|除く|除外|除了/iu;

/** Whether this can be another cell of somebody's row: a name, a department, a date; not another person, and no words. */
export function isBesideAddress(cell: string): boolean {
  return cell.length <= 120 && !/[@＠]/u.test(cell) && !excepts.test(cell);
}
