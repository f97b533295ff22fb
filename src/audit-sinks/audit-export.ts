import type { Log, RequestStore, TrailRecord } from '../app/ports.ts';
import { linkOf } from '../store/event-codec.ts';
import type { FollowedTrail } from '../store/follow-trail.ts';
import { toLine } from '../store/trail-line.ts';
import type { AuditSink, Place } from './sink.ts';

interface Deps {
  readonly trail: FollowedTrail;
  readonly sinks: readonly AuditSink[];
  readonly log: Log;
  readonly watch: {
    sinkStands(sink: string, seq: number, behind: number): void;
    sinkFailed(sink: string): void;
    trailDamaged(): void;
  };
}

/** What other replicas write shows no later than this. */
const lookEveryMs = 5000;
const longestPauseMs = 60_000;

/** The trail, or a sink, is not what was written there. Somebody has to look. */
class Damaged extends Error {
  override readonly name = 'Damaged';
}

/**
 * Carries the trail to the sinks: every record at least once, in order, each sink at its own pace. Where it stands is asked
 * of the sink itself, at the start and after every failure. Nothing waits for it.
 */
export function createAuditExport({ trail, sinks, log, watch }: Deps) {
  let stopping = false;

  const follow = (sink: AuditSink) => {
    let at: Place | undefined;
    let failures = 0;
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> | undefined;
    let again = false;

    const catchUp = async () => {
      at ??= (await sink.last()) ?? { seq: 0, link: '' };
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
      }
    };

    const attempt = async () => {
      let pauseMs = lookEveryMs;
      try {
        await catchUp();
        failures = 0;
      } catch (error) {
        at = undefined;
        failures += 1;
        const isDamaged = error instanceof Damaged;
        pauseMs = isDamaged ? longestPauseMs : Math.min(1000 * 2 ** Math.min(failures - 1, 10), longestPauseMs);
        if (isDamaged) watch.trailDamaged();
        else watch.sinkFailed(sink.name);
        log.error({ err: error, sink: sink.name, pauseMs }, isDamaged ? 'the trail is damaged' : 'a sink failed');
      }
      running = undefined;
      if (stopping) return;
      if (again && failures === 0) look();
      else timer = setTimeout(look, pauseMs).unref();
    };

    const look = () => {
      clearTimeout(timer);
      again = false;
      running ??= attempt();
    };

    return {
      look,
      /** Something was written. While a sink fails, that changes nothing. */
      wake() {
        if (running !== undefined) again = true;
        else if (failures === 0 && !stopping) look();
      },
      async stop() {
        await running;
        clearTimeout(timer);
        // What was written last goes along, where the sink works.
        if (failures === 0) await attempt();
        await sink.close();
      },
    };
  };

  const followed = sinks.map(follow);
  return {
    start() {
      for (const { look } of followed) look();
    },
    /** The store, with which every append is carried on at once. */
    woken(store: RequestStore): RequestStore {
      return {
        ...store,
        async append(...added) {
          await store.append(...added);
          for (const { wake } of followed) wake();
        },
      };
    },
    /** Takes as long as a sink does; what was not carried when the process ends is at the next start. */
    async stop() {
      stopping = true;
      await Promise.all(followed.map(({ stop }) => stop()));
      trail.close();
    },
  };
}

/** Nothing is carried on that does not follow from what the sink has. */
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
