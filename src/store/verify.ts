import { hashOf, linkOf } from './codec.ts';
import type { Trail, TrailRecord } from './trail.ts';

type Verified =
  | { readonly ok: true; readonly count: number; readonly head: string; readonly missingWitnesses: readonly string[] }
  /** `seq`: the first record that is not as it was written; `null`: it has no number, so the bot did not write it. */
  | { readonly ok: false; readonly seq: number | null; readonly requestId: string | null; readonly why: string };

/**
 * Goes through the whole trail: every record must carry on the chain of its request and the chain of the store, without
 * a gap, up to the end that is kept apart. `witnesses` are heads seen elsewhere (on results in the chat, in the log),
 * 12 hex digits or more: a person who rewrote the whole store cannot have them in it.
 */
export async function verifyTrail(trail: Trail, witnesses: readonly string[] = []): Promise<Verified> {
  const requests = new Map<string, { hash: string; count: number }>();
  const wanted = new Set(witnesses.map((witness) => witness.toLowerCase()));
  let seq = 0;
  let link = '';

  const flawIn = (record: TrailRecord): Verified | null => {
    const { requestId, position, body } = record;
    if (!(record.seq > 0)) {
      const why =
        'something that is no record stands among the records: someone else wrote it, or it is the rest of one';
      return { ok: false, seq: null, requestId: requestId || null, why };
    }
    seq += 1;
    const known = requests.get(requestId) ?? { hash: '', count: 0 };
    const bad = (why: string): Verified => ({ ok: false, seq, requestId, why });
    if (record.seq !== seq) return bad(`record ${seq} is missing`);
    if (position !== known.count) return bad(`record ${known.count} of the request is missing, or in another place`);
    const hash = hashOf(known.hash, requestId, position, body);
    if (hash !== record.hash) return bad('the record was changed');
    link = linkOf(link, hash);
    if (link !== record.link) return bad('the record is not the one that was written here');
    requests.set(requestId, { hash, count: position + 1 });
    for (const witness of wanted) if (link.startsWith(witness)) wanted.delete(witness);
    return null;
  };

  const flaw = await firstFlaw(trail.records(), flawIn);
  if (flaw) return flaw;
  const end = trail.end();
  if (end.count !== seq || end.head !== link) {
    const why = end.count > seq ? 'the end is missing' : 'this is not where the trail ends';
    return { ok: false, seq: seq + 1, requestId: null, why: `${why}: ${end.count} records were written` };
  }
  return { ok: true, count: seq, head: link, missingWitnesses: [...wanted] };
}

/** Waits only where it has to: a wait for each of millions of records would take longer than checking them. */
async function firstFlaw(
  records: ReturnType<Trail['records']>,
  flawIn: (record: TrailRecord) => Verified | null,
): Promise<Verified | null> {
  if (Symbol.iterator in records) {
    for (const record of records) {
      const flaw = flawIn(record);
      if (flaw) return flaw;
    }
    return null;
  }
  for await (const record of records) {
    const flaw = flawIn(record);
    if (flaw) return flaw;
  }
  return null;
}
