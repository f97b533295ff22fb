import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestEvent } from '../../src/domain/request.ts';
import { openTrail } from '../../src/store/open.ts';

/** Looks at the store from outside while a bot writes to it. For waiting; what is promised is read by the audit command. */
export interface OnRecord {
  /**
   * Waits until the events of a place are enough. `at once` looks in every turn of the event loop, so that a process can
   * be killed in the moment in which something came to be on disk: of the embedded store only.
   */
  until(place: string, enough: (events: readonly RequestEvent[]) => boolean, how: Pace): Promise<void>;
}

type Pace = 'at once' | 'by and by';

const patienceMs = 240_000;
const pauseMs = 100;

/** The file of the embedded store. */
export function sqliteOnRecord(path: string): OnRecord {
  return {
    async until(place, enough, how) {
      const deadline = Date.now() + patienceMs;
      const wait = () => (how === 'at once' ? nextTurn() : delay(pauseMs));
      while (!existsSync(path)) await wait();
      const db = new DatabaseSync(path, { readOnly: true });
      try {
        const after = db.prepare('SELECT seq, body FROM events WHERE seq > ? ORDER BY seq');
        const events: RequestEvent[] = [];
        for (let seen = 0; ; await wait()) {
          for (const { seq, body } of after.all(seen) as { seq: number; body: string }[]) {
            seen = seq;
            events.push(...here(place, [JSON.parse(body) as RequestEvent]));
          }
          if (enough(events)) return;
          complain(deadline, place, events);
        }
      } finally {
        db.close();
      }
    },
  };
}

/** @param url of the table store, without anything between */
export function tableOnRecord(url: string): OnRecord {
  return {
    async until(place, enough) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const trail = await openTrail({ url, credential: null });
        const events: RequestEvent[] = [];
        for await (const { body } of trail.records()) events.push(...here(place, [JSON.parse(body) as RequestEvent]));
        trail.close();
        if (enough(events)) return;
        complain(deadline, place, events);
        await delay(5 * pauseMs);
      }
    },
  };
}

function here(place: string, events: readonly RequestEvent[]): readonly RequestEvent[] {
  return events.filter(({ where }) => where === place);
}

function complain(deadline: number, place: string, events: readonly RequestEvent[]): void {
  if (Date.now() < deadline) return;
  const types = events.map(({ type }) => type).join(' ');
  throw new Error(`waited ${patienceMs} ms in vain; on record of ${place}: ${types || 'nothing'}`);
}
