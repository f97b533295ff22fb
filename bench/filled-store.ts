import { randomInt } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeAlphabet, requestIdLength } from '../src/domain/code.ts';
import type { RequestEvent } from '../src/domain/request.ts';
import type { EmulatedPerson } from '../src/local/directory.ts';
import { openSqliteStore } from '../src/store/sqlite/store.ts';

/** Requests that are over, about one account; the others are about everybody else. */
const aboutTheFirst = 20;
/** Long ago, so that the limits of an hour do not see it. */
const thatDay = '2026-01-15T';

/**
 * A store with so many requests that are over, each as the model was recorded: with its account replaced, and its day.
 * Written in memory, where a durable append costs nothing, then copied to the disk.
 */
export async function fillStore(
  path: string,
  count: number,
  model: { readonly events: readonly RequestEvent[]; readonly about: EmulatedPerson },
  people: readonly EmulatedPerson[],
): Promise<void> {
  const folder = await mkdtemp(join('/dev/shm', 'session-revoker-bench-')).catch(() =>
    mkdtemp(join(tmpdir(), 'bench-')),
  );
  try {
    const draft = join(folder, 'store.db');
    const store = openSqliteStore(draft);
    const text = JSON.stringify(model.events).replace(/\d{4}-\d\d-\d\dT/g, thatDay);
    const [first, ...others] = people;
    if (!first || others.length === 0) throw new Error('nobody to fill the store with');
    for (let index = 0; index < count; index += 1) {
      const someone = index < aboutTheFirst ? first : (others[index % others.length] ?? first);
      const { version } = await store.read(newRequestId());
      await store.append(version, JSON.parse(text.replaceAll(model.about.id, someone.id)));
    }
    await store.close();
    await copyFile(draft, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const newRequestId = () =>
  Array.from({ length: requestIdLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
