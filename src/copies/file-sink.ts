import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../runtime/make-folder.ts';
import { type AuditSink, Overtaken, type Place, placeOf, textOf } from './sink.ts';

const exact = { bigint: true } as const;
const isSame = (one: BigIntStats, other: BigIntStats) => one.ino === other.ino && one.dev === other.dev;

/**
 * A file to which this process alone adds lines; each is on disk before the next is asked for. It may be moved away at any
 * time: the next one goes on behind it. Of one that was deleted or emptied, everything is written again.
 */
export function createFileSink(path: string): AuditSink {
  let file: FileHandle | undefined;
  let size = 0;
  const close = async () => {
    const was = file;
    file = undefined;
    await was?.close();
  };

  return {
    name: 'file',
    isShared: false,
    async last() {
      makeFolder(dirname(path));
      const was = file;
      // Read and added to; made when it is not there, and readable to nobody else.
      const opened = await open(path, 'a+', 0o600);
      file = opened;
      try {
        const behind = was && (await isKeptElsewhere(was, opened)) ? await lastIn(was) : null;
        const place = (await lastIn(opened)) ?? behind;
        size = (await opened.stat()).size;
        return place;
      } finally {
        await was?.close();
      }
    },
    async write(lines) {
      if (!file) throw new Error('not opened');
      const here = await file.stat(exact);
      const there = await stat(path, exact).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (!there || !isSame(here, there)) throw new Overtaken('the file was moved or deleted');
      if (here.size !== BigInt(size)) throw new Overtaken('somebody else wrote to the file');
      const text = Buffer.from(textOf(lines));
      await file.appendFile(text);
      await file.datasync();
      size += text.length;
    },
    close,
  };
}

/** What was written to it is not lost. */
async function isKeptElsewhere(was: FileHandle, now: FileHandle): Promise<boolean> {
  const [one, other] = await Promise.all([was.stat(exact), now.stat(exact)]);
  return !isSame(one, other) && one.nlink > 0n;
}

async function lastIn(file: FileHandle): Promise<Place | null> {
  const { size } = await file.stat();
  const { line, end } = await lastLine(size, async (from, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  });
  // A line that was cut off by a crash is written again.
  if (end < size) await file.truncate(end);
  return line === null ? null : placeOf(line);
}

const firstLook = 64 * 1024;

/** The last whole line, and where it ends, of something of this size that is read from its end. */
export async function lastLine(
  size: number,
  read: (from: number, length: number) => Promise<Buffer>,
): Promise<{ readonly line: string | null; readonly end: number }> {
  for (let length = Math.min(firstLook, size); ; length = Math.min(length * 8, size)) {
    const tail = await read(size - length, length);
    const end = tail.lastIndexOf(0x0a);
    const before = end < 1 ? -1 : tail.lastIndexOf(0x0a, end - 1);
    if (end >= 0 && (before >= 0 || length === size)) {
      return { line: tail.subarray(before + 1, end).toString('utf8'), end: size - length + end + 1 };
    }
    if (length === size) return { line: null, end: 0 };
  }
}
