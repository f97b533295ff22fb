import type { RequestStore } from '../app/ports.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Opens what `STORE_URL` names; config.ts has checked its form. @throws with a sentence that says what is wrong */
export function openStore(url: string): RequestStore {
  return openSqliteStore(url.slice('sqlite:'.length));
}
