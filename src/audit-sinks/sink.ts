/** Where the trail stands in a sink: the last record in it. */
export interface Place {
  readonly seq: number;
  readonly link: string;
}

/** A record as one line of JSON, without its end. */
export interface AuditLine extends Place {
  readonly text: string;
}

/** A copy of the trail outside the store. Lines are only ever added. */
export interface AuditSink {
  readonly name: 'stdout' | 'file' | 'blob';
  /** The last whole record in it, found out anew; what was written of another is taken away. `null`: none. */
  last(): Promise<Place | null>;
  /** Adds lines, in this order, behind the last; durable on return. @throws when that is not known: ask `last` again */
  write(lines: readonly AuditLine[]): Promise<void>;
  close(): Promise<void>;
}

/** Of a line that was read back. @throws when it is none of ours: nothing is added to somebody else's data */
export function placeOf(line: string): Place {
  try {
    const { seq, link } = JSON.parse(line) as Partial<Place>;
    if (Number.isSafeInteger(seq) && typeof link === 'string') return { seq: Number(seq), link };
  } catch {
    // Said below.
  }
  throw new Error('it holds something that is not the trail');
}

export const textOf = (lines: readonly AuditLine[]) => lines.map(({ text }) => `${text}\n`).join('');
