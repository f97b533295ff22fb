/** Where the trail stands in a sink: the last record in it. */
export interface Place {
  readonly seq: number;
  readonly link: string;
}

/** A record as one line of JSON, without its end. */
export interface AuditLine extends Place {
  readonly text: string;
}

/** The sink is not as it was when it was last asked: somebody else wrote to it, or took it away. Ask `last` again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A copy of the trail outside the store. Lines are only ever added. */
export interface AuditSink {
  readonly name: 'stdout' | 'file' | 'blob';
  /** Other replicas write the same records to the same place. */
  readonly isShared: boolean;
  /** The last whole record in it, found out anew; what was written of another is taken away. `null`: none. */
  last(): Promise<Place | null>;
  /** Adds lines, in this order, behind the last; durable on return. @throws when that is not known, Overtaken among them: ask `last` again */
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
