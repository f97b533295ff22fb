import { closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../runtime/make-folder.ts';
import { StoreDamaged } from './damage.ts';

/**
 * Where the file really is, whatever name leads there; it is made when there is none. The lock is beside it, so whoever
 * opens it under another name finds it locked. Another name that is no link to this one (a hard link) is refused.
 */
export function realFile(path: string): string {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, 'a'));
  const file = realpathSync(path);
  const stat = statSync(file);
  if (!stat.isFile()) throw new Error('it is no file: name one, sqlite:<path>');
  const { nlink } = stat;
  if (nlink > 1)
    throw new Error(`it has ${nlink} names (hard links), and another process may have it open under another`);
  return file;
}

/**
 * SQLite goes on writing to files that were deleted, replaced or cut under it, and all of that would be lost.
 */
export function watchFiles(file: string) {
  const all = ['', '-wal', '-shm', '.lock'].map((suffix) => file + suffix);
  const lookAt = () => all.map((path) => ({ path, stat: statSync(path, { throwIfNoEntry: false }) }));
  let seen = lookAt();
  return {
    /** Right after this process has written. */
    left() {
      seen = lookAt();
    },
    /** Answers whether somebody else has written. @throws StoreDamaged when a file is not the one it was, or cut */
    check(): boolean {
      const now = lookAt();
      for (const [index, { path, stat }] of now.entries()) {
        const before = seen[index]?.stat;
        if (!stat) throw new StoreDamaged(`${path} was deleted while the store was open`);
        if (!before || stat.dev !== before.dev || stat.ino !== before.ino) {
          throw new StoreDamaged(`${path} was replaced while the store was open`);
        }
        if (stat.size < before.size) throw new StoreDamaged(`${path} was cut while the store was open`);
      }
      return [0, 1].some((index) => now[index]?.stat?.mtimeMs !== seen[index]?.stat?.mtimeMs);
    },
  };
}
