/** One entry of AUDIT_SINKS. */
export type SinkSetting =
  | { readonly kind: 'stdout'; readonly path: string | null }
  /** Address of a container, without a slash at the end. */
  | { readonly kind: 'blob'; readonly url: string };

const containerUrl =
  /^https:\/\/(?:[a-z0-9]{3,24}\.(?:blob\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|z\d\d\.blob\.storage\.azure\.net)|(?:localhost|127\.0\.0\.1):\d+\/[a-z0-9]{3,24})\/[a-z0-9](?:-?[a-z0-9]){2,62}\/?$/;

/** `null`: it is none. A token goes to the address, so it must be one of Azure's, or on this machine. */
export function readSink(text: string): SinkSetting | null {
  const [isStdout, path = null] = /^stdout(?::(.+))?$/.exec(text) ?? [];
  if (isStdout) return { kind: 'stdout', path };
  return containerUrl.test(text) ? { kind: 'blob', url: text.replace(/\/$/, '') } : null;
}

/** Where the trail stands in a sink: the last record in it. */
export interface Place {
  readonly seq: number;
  readonly link: string;
}

/** A record as one line of JSON, without its end. */
export interface AuditLine extends Place {
  readonly text: string;
}

/** Another replica wrote to the sink since it was last asked. Ask `last` again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A copy of the trail outside the store. Lines are only ever added. */
export interface AuditSink {
  readonly name: SinkSetting['kind'];
  /** The last record in it, found out anew. `null`: none. */
  last(): Promise<Place | null>;
  /** Adds lines, in this order, behind the last; durable on return. @throws when that is not known, Overtaken among them: ask `last` again */
  write(lines: readonly AuditLine[]): Promise<void>;
}

/** Of a line that was read back. @throws when it is none of ours: nothing is added to data of another program */
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
