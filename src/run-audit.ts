import type { Trail } from './app/ports.ts';
import { openTrail, type StoreAccess } from './store/open-store.ts';
import { verifyTrail } from './store/verify-trail.ts';

interface Out {
  /** Waits while the reader of a pipe is slower than the store. */
  write(text: string): Promise<void>;
  complain(text: string): void;
}

const usage = `npm run audit -- verify [--witness <head> …]   checks the audit trail; a head is 12 or more hex digits, from a result or the log
npm run audit -- export                        writes the audit trail as JSON Lines\n`;

/**
 * The audit command. Reads the store, also beside a running bot. Answers the exit code.
 * @param access asked for once the arguments are understood; @throws when the settings do not say where the store is
 */
export async function runAudit(args: readonly string[], access: () => StoreAccess, out: Out): Promise<number> {
  const [verb, ...rest] = args;
  const witnesses = readWitnesses(rest);
  if ((verb !== 'verify' && verb !== 'export') || !witnesses || (verb === 'export' && rest.length > 0)) {
    out.complain(usage);
    return 2;
  }
  const trail = await openTrail(access());
  try {
    return verb === 'verify' ? await verify(trail, witnesses, out) : await exportLines(trail, out);
  } finally {
    trail.close();
  }
}

async function verify(trail: Trail, witnesses: readonly string[], out: Out): Promise<number> {
  const verified = await verifyTrail(trail, witnesses);
  if (!verified.ok) {
    const where = verified.requestId === null ? '' : ` (request ${verified.requestId})`;
    out.complain(`The trail is damaged at record ${verified.seq}${where}: ${verified.why}.\n`);
    return 1;
  }
  for (const witness of verified.missingWitnesses) {
    out.complain(`The trail never had the head ${witness}: it was rewritten or cut short since.\n`);
  }
  await out.write(`${verified.count} records, unbroken. Head ${verified.head.slice(0, 12) || 'none'}.\n`);
  return verified.missingWitnesses.length === 0 ? 0 : 1;
}

/** One line a record: where it stands, its hashes, then the event. docs/audit.md is the schema. */
async function exportLines(trail: Trail, out: Out): Promise<number> {
  for await (const { seq, requestId, position, hash, link, body } of trail.records()) {
    await out.write(`${JSON.stringify({ seq, requestId, position, hash, link, ...JSON.parse(body) })}\n`);
  }
  return 0;
}

/** `null`: not understood. */
function readWitnesses(args: readonly string[]): readonly string[] | null {
  const witnesses: string[] = [];
  for (let index = 0; index < args.length; index += 2) {
    const head = args[index + 1];
    if (args[index] !== '--witness' || !head || !/^[0-9a-f]{12,64}$/i.test(head)) return null;
    witnesses.push(head);
  }
  return witnesses;
}
