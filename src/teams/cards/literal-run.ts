import { withHiddenMarked } from './hidden-characters.ts';

/** A line break in a name would let it write a line of its own, such as a second "Account". */
const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/**
 * What a reader sees of untrusted text: one line, in the order it is written, with a mark for what would be hidden or turn
 * the rest round. Ordinary text comes back unchanged.
 */
export function literalText(text: string): string {
  return withHiddenMarked(text.replace(lineBreaks, ' '));
}

/**
 * The TextRun as several that read the same, so that no piece holds `{{DATE(` or `{{TIME(`. Clients replace `{{DATE(…)}}` and
 * `{{TIME(…)}}` in a TextRun by a date of their own, which no escaping prevents.
 */
export function literalRuns(run: Record<string, unknown>): Record<string, unknown>[] {
  const text = literalText(String(run.text));
  return text.split(/(?<=\{)(?=\{(?:DATE|TIME)\()/iu).map((piece) => ({ ...run, text: piece }));
}
