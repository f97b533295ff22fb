import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What Linux knows of another process. */
type ProcessFigures = {
  readonly rssMiB: number;
  /** The most it has held since it began. */
  readonly peakRssMiB: number;
  /** User and system time since it began; the kernel counts in steps of 10 ms. */
  readonly cpuMs: number;
  readonly sockets: number;
};

/** Linux tells programs that a second has 100 ticks, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100;

export function readFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  // The name of the program, in brackets, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return {
    rssMiB: kib('VmRSS') / 1024,
    peakRssMiB: kib('VmHWM') / 1024,
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
    sockets: countSockets(pid),
  };
}

function countSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).startsWith('socket:');
    } catch {
      // Closed since the folder was read.
      return false;
    }
  }).length;
}
