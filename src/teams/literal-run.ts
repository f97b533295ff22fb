/**
 * Characters that make other text on the card look different from what it is: bidirectional embeddings, overrides and
 * isolates turn round whatever follows in the same line, control characters mean nothing to a reader.
 */
const deceptive = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** A line break in a name would let it write a line of its own, such as a second "Account". */
const lineBreaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/** What a reader sees of untrusted text: one line, in the order it is written. Ordinary text comes back unchanged. */
export function literalText(text: string): string {
  return text.replace(lineBreaks, ' ').replace(deceptive, '\uFFFD');
}

/**
 * The TextRun as several that read the same, so that no piece holds `{{DATE(` or `{{TIME(`. Clients replace `{{DATE(…)}}` and
 * `{{TIME(…)}}` in a TextRun by a date of their own, which no escaping prevents.
 */
export function literalRuns(run: Record<string, unknown>): Record<string, unknown>[] {
  const text = literalText(String(run.text));
  return text.split(/(?<=\{)(?=\{(?:DATE|TIME)\()/iu).map((piece) => ({ ...run, text: piece }));
}
