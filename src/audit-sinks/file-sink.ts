import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AuditSink, placeOf, textOf } from './sink.ts';

/** A file to which this process alone adds lines; each is on disk before the next is asked for. */
export function createFileSink(path: string): AuditSink {
  let file: FileHandle | undefined;
  const close = async () => {
    const was = file;
    file = undefined;
    await was?.close();
  };

  return {
    name: 'file',
    isShared: false,
    async last() {
      await close();
      await mkdir(dirname(path), { recursive: true });
      // Read and added to; made when it is not there, and readable to nobody else.
      file = await open(path, 'a+', 0o600);
      const { size } = await file.stat();
      const { line, end } = await lastLine(size, async (from, length) => {
        const { buffer, bytesRead } = await (file as FileHandle).read(Buffer.alloc(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      });
      // A line that was cut off by a crash is written again.
      if (end < size) await file.truncate(end);
      return line === null ? null : placeOf(line);
    },
    async write(lines) {
      if (!file) throw new Error('not opened');
      await file.appendFile(textOf(lines));
      await file.datasync();
    },
    close,
  };
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
