import type { Log, RequestStore } from '../app/ports.ts';
import { within } from '../base/time.ts';
import { standardOutput } from '../runtime/standard-output.ts';
import { linkOf } from '../store/codec.ts';
import { type FollowedTrail, type TrailRecord, toLine } from '../store/trail.ts';
import { createBlobSink } from './blob-sink.ts';
import { type AuditSink, Overtaken, type Place, type SinkSetting } from './sink.ts';
import { createStdoutSink } from './stdout-sink.ts';

type Credential = Parameters<typeof createBlobSink>[1];

/** @param credential signs in to a container */
export function openSinks(settings: readonly SinkSetting[], credential: Credential): readonly AuditSink[] {
  const print = async (text: string) => {
    if (!(await standardOutput.print(text))) throw new Error('standard output is closed');
  };
  return settings.map((setting) => {
    switch (setting.kind) {
      case 'stdout':
        return createStdoutSink(setting.path, print);
      case 'blob':
        return createBlobSink(setting.url, credential);
      default:
        return setting satisfies never;
    }
  });
}

interface Replication {
  readonly trail: FollowedTrail;
  readonly log: Log;
  readonly watch: {
    sinkStands(sink: string, seq: number, behind: number): void;
    sinkFailed(sink: string): void;
    trailDamaged(): void;
  };
  /** What other replicas wrote shows no later than this. */
  readonly lookEveryMs: number;
}

interface Deps extends Omit<Replication, 'lookEveryMs'> {
  readonly sinks: readonly AuditSink[];
  readonly lookEveryMs?: number;
}

/**
 * Copies the trail to the sinks: every record at least once, in order, each sink at its own pace. Where it stands is asked
 * of the sink itself, at the start, after every failure, and when another replica has written to it. No append waits for a sink.
 */
export function createAuditExport({ sinks, lookEveryMs = 5000, ...deps }: Deps) {
  const followed = sinks.map((sink) => replicate(sink, { ...deps, lookEveryMs }));
  return {
    start() {
      for (const { start } of followed) start();
    },
    /** The store, with which every append is copied at once. */
    woken(store: RequestStore): RequestStore {
      return {
        ...store,
        async append(version, events) {
          const written = await store.append(version, events);
          for (const { wake } of followed) wake();
          return written;
        },
      };
    },
    /** Takes as long as a sink does; what was not copied when the process ends is at the next start. */
    async stop() {
      await Promise.all(followed.map(({ stop }) => stop()));
      deps.trail.close();
    },
  };
}

const longestPauseMs = 60_000;
/** A sink that refuses so often without a new record has failed. */
const mostOvertaken = 5;

/** The trail, or a sink, is not what the bot wrote there: an alarm, for a person to look into. */
class Damaged extends Error {
  override readonly name = 'Damaged';
}

/**
 * Copies the trail to one sink. The replica that copies first is the first: a sink that replicas share refuses what another has
 * written already, and is then asked where it stands.
 */
function replicate(sink: AuditSink, { trail, log, watch, lookEveryMs }: Replication) {
  let at: Place | undefined;
  let failures = 0;
  let overtaken = 0;
  /** What the sink is known to have; unknown until it was asked. */
  let lastSeq: number | undefined;
  let measuring: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isTrying = false;
  let isStopping = false;
  /** Resolved when this process has written records. */
  let written = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();

  const ask = async (): Promise<Place> => {
    const place = (await sink.last()) ?? { seq: 0, link: '' };
    if (place.seq > (lastSeq ?? 0)) overtaken = 0;
    lastSeq = place.seq;
    return place;
  };

  const catchUp = async (): Promise<void> => {
    at ??= await ask();
    for (;;) {
      const { count, head } = await trail.end();
      watch.sinkStands(sink.name, at.seq, count - at.seq);
      if (count < at.seq) throw new Damaged(`the sink has ${at.seq} records and the trail ${count}`);
      if (count === at.seq && head !== at.link) throw new Damaged('the sink ends in another record than the trail');
      if (count === at.seq) return;
      const records = await trail.after(at.seq, count);
      checkNext(at, records);
      await sink.write(records.map((record) => ({ seq: record.seq, link: record.link, text: toLine(record) })));
      at = records.at(-1) ?? at;
      lastSeq = at.seq;
      overtaken = 0;
    }
  };

  /** Asks anew as often as another replica was quicker. */
  const catchUpAtLast = async (): Promise<void> => {
    for (;;) {
      try {
        return await catchUp();
      } catch (error) {
        at = undefined;
        if (error instanceof Overtaken) overtaken += 1;
        if (!(error instanceof Overtaken) || overtaken >= mostOvertaken) throw error;
        log.debug({ err: error, sink: sink.name }, 'another replica wrote to the sink');
      }
    }
  };

  /** Answers after how many milliseconds to look again. */
  const attempt = async (): Promise<number> => {
    isTrying = true;
    try {
      await catchUpAtLast();
      failures = 0;
      return lookEveryMs;
    } catch (error) {
      failures += 1;
      const isDamaged = error instanceof Damaged;
      const pauseMs = isDamaged ? longestPauseMs : Math.min(1000 * 2 ** Math.min(failures - 1, 10), longestPauseMs);
      if (isDamaged) watch.trailDamaged();
      else watch.sinkFailed(sink.name);
      log.error({ err: error, sink: sink.name, pauseMs }, isDamaged ? 'the trail is damaged' : 'a sink failed');
      return pauseMs;
    } finally {
      isTrying = false;
    }
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      written = Promise.withResolvers();
      const pauseMs = await attempt();
      // A sink that fails is not tried again for what is new.
      const early = failures === 0 ? [written.promise, stopped.promise] : [stopped.promise];
      await within(pauseMs, Promise.race(early), () => undefined);
    }
    // What was written last goes along, where the sink works.
    if (failures === 0) await attempt();
  };

  /** A sink that hangs or fails falls behind meanwhile, and that shows. */
  const measure = async () => {
    if (lastSeq === undefined || !(isTrying || failures > 0)) return;
    const end = await trail.end().catch(() => null);
    if (end) watch.sinkStands(sink.name, lastSeq, Math.max(0, end.count - lastSeq));
  };

  return {
    start() {
      measuring = setInterval(measure, lookEveryMs).unref();
      running = run();
    },
    /** Records were written by this process. */
    wake: () => written.resolve(),
    async stop() {
      isStopping = true;
      stopped.resolve();
      clearInterval(measuring);
      await running;
    },
  };
}

/** Nothing is copied that does not follow from what the sink has. @throws Damaged */
function checkNext(at: Place, records: readonly TrailRecord[]): void {
  let { seq, link } = at;
  if (records.length === 0) throw new Damaged(`record ${seq + 1} is missing`);
  for (const record of records) {
    seq += 1;
    if (record.seq !== seq) throw new Damaged(`record ${seq} is missing`);
    link = linkOf(link, record.hash);
    if (record.link !== link) throw new Damaged(`record ${seq} is not the one that was written here`);
  }
}
