import { execFile } from 'node:child_process';
import type { RequestEvent, Verb } from '../../src/domain/request.ts';
import { type Environment, MAIN } from '../support/production/bot-process.ts';
import { buttonsOf, cardIn, shownBy } from '../support/production/card.ts';
import type { FakeConnector, Shown } from '../support/production/fake-connector.ts';
import type { GraphCall } from '../support/production/fake-graph-server.ts';

/** One line of `audit export`. */
export type TrailLine = { readonly seq: number; readonly requestId: string; readonly position: number } & RequestEvent;

/** A click or a typed code, as it was sent, and what came back. */
export interface Decided {
  readonly place: string;
  readonly by: string;
  readonly verb: Verb;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The card said at once that it is decided. */
  isAcknowledged: boolean;
}

/** Something that keeps a process from recording what it has done. */
export interface Trouble {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: 'killed' | 'stopped' | 'storage';
}

/** All that can be known from outside: what Graph and the chat saw, what people did, and what the audit says. */
export interface Evidence {
  readonly trail: readonly TrailLine[];
  /** What `audit verify` said, with the heads on the results as witnesses. */
  readonly verified: { readonly code: number; readonly said: string };
  readonly writes: readonly GraphCall[];
  readonly shown: readonly Shown[];
  readonly decided: readonly Decided[];
  /** Object ids of those who may approve. */
  readonly approvers: ReadonlySet<string>;
  readonly troubles: readonly Trouble[];
  /** Posts that the chat took and whose answer did not arrive, or not in time. */
  readonly lostAnswers: ReadonlySet<string>;
}

/**
 * Whether all is said of a request. An effect that does not show yet may be looked for longer than any test: that the
 * result says so is enough.
 */
export function isTold(events: readonly RequestEvent[]): boolean {
  return events.some(
    (event) =>
      event.type === 'ResultPosted' && (!event.cardBehind || events.some(({ type }) => type === 'ResultCorrected')),
  );
}

/** Runs the audit command beside the bot. */
function audit(env: Environment, ...args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 2 ** 28 };
    execFile(process.execPath, [MAIN, 'audit', ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, said: code === 0 ? stdout : `${stdout}${stderr}` });
    });
  });
}

export async function readTrail(env: Environment): Promise<readonly TrailLine[]> {
  const { code, said } = await audit(env, 'export');
  if (code !== 0) throw new Error(`audit export: ${said}`);
  return said
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrailLine);
}

/** Whether a card still wants somebody to decide. */
export function asks(card: unknown): boolean {
  return buttonsOf(card).some(({ verb }) => ['approve', 'deny', 'cancel'].includes(verb));
}

/** What a request that is over takes no more; asking again and turning pages can stand on its card. */
const acts: ReadonlySet<string> = new Set<Verb>(['approve', 'deny', 'cancel', 'stop', 'continue']);

/** Whether a card has a button that does something to its request yet. */
export function isOpen(card: unknown): boolean {
  return buttonsOf(card).some(({ verb }) => acts.has(verb));
}

const correctedWithinMs = 45_000;

/** Waits until no card that is on record asks or shows progress any more: what came late to it is put right in a moment. */
export async function cardsAreRight(connector: FakeConnector, trail: readonly TrailLine[]): Promise<void> {
  const known = trail.flatMap((line) => (line.type === 'CardPosted' && line.cardId !== undefined ? [line.cardId] : []));
  const isOpenStill = (cardId: string) => {
    const now = connector.current(cardId);
    return isOpen(cardIn(now)) || /^Revoking /m.test(shownBy(now));
  };
  // Whatever is not right by then is for the judge to say.
  await connector.waitFor(() => !known.some(isOpenStill), correctedWithinMs).catch(() => undefined);
}

/** The request whose approval a posted card asks for; undefined for every other post. */
export function requestOn({ kind, activity }: Shown): string | undefined {
  if (kind !== 'post') return undefined;
  const approve = buttonsOf(cardIn(activity)).find(({ verb }) => verb === 'approve');
  return approve && String(approve.data.requestId ?? '');
}

/** The head of the trail that stands on a result; undefined on everything else. */
export function headOn(activity: unknown): string | undefined {
  return /^audit ID ([0-9a-f]{12})$/m.exec(shownBy(activity))?.[1];
}

export function verifyTrail(env: Environment, shown: readonly Shown[]): Promise<Evidence['verified']> {
  const heads = new Set(shown.map(({ activity }) => headOn(activity)).filter((head) => head !== undefined));
  return audit(env, 'verify', ...[...heads].flatMap((head) => ['--witness', head]));
}
