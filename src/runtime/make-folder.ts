import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Not Node's recursive `mkdir`, which never ends where a parent cannot be made, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
