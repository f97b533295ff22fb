import type { RequestStore, Trail } from '../app/ports.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { openSqliteTrail } from './sqlite-trail.ts';

/** Opens what `STORE_URL` names; config.ts has checked its form. @throws with a sentence that says what is wrong */
export function openStore(url: string): RequestStore {
  return openSqliteStore(sqlitePath(url));
}

/** Opens the same for reading the trail. @throws with a sentence that says what is wrong */
export function openTrail(url: string): Trail {
  return openSqliteTrail(sqlitePath(url));
}

function sqlitePath(url: string): string {
  return url.slice('sqlite:'.length);
}
