import type { OpenedStore } from '../app/ports.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { followSqlite, openSqliteTrail } from './sqlite/trail.ts';
import { readStoreLocation } from './store-url.ts';
import { type Credential, connectTable, type Watch } from './table/service.ts';
import { openTableStore } from './table/store.ts';
import { followTable, openTableTrail } from './table/trail.ts';
import type { FollowedTrail, Trail } from './trail.ts';

/** Where the store is, and what gets a token for an account without a key. */
export interface StoreAccess {
  /** As `STORE_URL` says it; settings.ts has checked its form. */
  readonly url: string;
  readonly credential: Credential | null;
  /** Sees every call of a table service and its answer. */
  readonly watch?: Watch;
}

/**
 * Opens the store.
 * @param tell is told once when the store is, or turns out to be, damaged: from then on nothing is done upon it
 * @throws with a sentence that says what is wrong
 */
export async function openStore(access: StoreAccess, tell?: (damage: Error) => void): Promise<OpenedStore> {
  const found = find(access);
  return found.kind === 'sqlite' ? openSqliteStore(found.path, tell) : openTableStore(found.table, undefined, tell);
}

/** Opens the same for reading the trail. @throws with a sentence that says what is wrong */
export async function openTrail(access: StoreAccess): Promise<Trail> {
  const found = find(access);
  return found.kind === 'sqlite' ? openSqliteTrail(found.path) : openTableTrail(found.table);
}

/** Opens the same for following the trail as it grows. @throws with a sentence that says what is wrong */
export function followTrail(access: StoreAccess): FollowedTrail {
  const found = find(access);
  return found.kind === 'sqlite' ? followSqlite(found.path) : followTable(found.table);
}

/** @throws with a sentence that says what is wrong */
function find({ url, credential, watch }: StoreAccess) {
  const location = readStoreLocation(url);
  if (location.kind === 'invalid') throw new Error(`STORE_URL ${location.problem}.`);
  if (location.kind === 'sqlite') return location;
  const keyOrCredential = location.account ?? credential;
  if (!keyOrCredential) throw new Error('the store wants a sign-in, and there is no identity for it');
  return { kind: 'table', table: connectTable(location.endpoint, keyOrCredential, watch) } as const;
}
