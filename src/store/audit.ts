import { parseArgs } from 'node:util';
import { openTrail, type StoreAccess } from './open.ts';
import { openExported, type Trail, toLine } from './trail.ts';
import { verifyTrail } from './verify.ts';

interface Out {
  /** Waits while the reader of a pipe is slower than the store. Answers whether there is one still. */
  write(text: string): Promise<boolean>;
  complain(text: string): void;
}

const usage = `npm run audit -- verify [<file> …] [--witness <head> …]   checks the audit trail, or exported files in their order; a head is 12 or more hex digits, from a result or the log
npm run audit -- export                                   writes the audit trail as JSON Lines\n`;

/**
 * The audit command. Reads the store, also beside a running bot. Answers the exit code.
 * @param access asked for once the arguments are understood; @throws when the settings do not say where the store is
 */
export async function runAudit(args: readonly string[], access: () => StoreAccess, out: Out): Promise<number> {
  const [verb, ...rest] = args;
  const named = readNamed(rest);
  if ((verb !== 'verify' && verb !== 'export') || !named || (verb === 'export' && rest.length > 0)) {
    out.complain(usage);
    return 2;
  }
  const { files, witnesses } = named;
  const trail = files.length > 0 ? await openExported(files) : await openTrail(access());
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
    const record = verified.seq === null ? '' : ` at record ${verified.seq}`;
    out.complain(`The trail is damaged${record}${where}: ${verified.why}.\n`);
    return 1;
  }
  for (const witness of verified.missingWitnesses) {
    out.complain(`The trail never had the head ${witness}: it was rewritten or cut short since.\n`);
  }
  await out.write(`${verified.count} records, unbroken. Head ${verified.head.slice(0, 12) || 'none'}.\n`);
  return verified.missingWitnesses.length === 0 ? 0 : 1;
}

async function exportLines(trail: Trail, out: Out): Promise<number> {
  for await (const record of trail.records()) {
    // The reader has seen enough, as `head` has.
    if (!(await out.write(`${toLine(record)}\n`))) break;
  }
  return 0;
}

/** `null`: not understood. */
function readNamed(args: readonly string[]): { files: readonly string[]; witnesses: readonly string[] } | null {
  const options = { witness: { type: 'string', multiple: true } } as const;
  try {
    const { positionals: files, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { witness: witnesses = [] } = values;
    return witnesses.every((head) => /^[0-9a-f]{12,64}$/i.test(head)) ? { files, witnesses } : null;
  } catch {
    return null;
  }
}
