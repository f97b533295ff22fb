import type { Fault } from '../support/production/faults.ts';
import type { FakeAnswer } from '../support/production/https-server.ts';
import { failed } from '../support/storage-faults.ts';
import type { Dice } from './dice.ts';
import type { Figures } from './figures.ts';
import type { House } from './theatre.ts';

/** How much of what is asked of the outside goes wrong, from 0 to 1. */
const share = { graph: 0.12, connector: 0.15, authority: 0.05, storage: 0.06 };

type Kind = readonly [name: string, fault: (dice: Dice) => Fault];

const after = (seconds: number) => ({ 'retry-after': String(seconds) });
const body = { error: { code: 'injected', message: 'injected' } };
const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1"}}}').toString('base64');
const challenge = `Bearer realm="", authorization_uri="https://localhost/", error="insufficient_claims", claims="${claims}"`;

const graph: readonly Kind[] = [
  ['429 with Retry-After', (dice) => ({ answer: { status: 429, headers: after(dice.between(1, 3)), body } })],
  ['429', () => ({ answer: { status: 429, body } })],
  ['503', () => ({ answer: { status: 503, body } })],
  ['504', () => ({ answer: { status: 504, body } })],
  ['401 with claims', () => ({ answer: { status: 401, headers: { 'www-authenticate': challenge }, body } })],
  ['reset', () => ({ answer: 'drop' })],
  ['lost answer', () => ({ dropAnswer: true })],
  ['lost answer', () => ({ dropAnswer: true })],
  ['hang', () => ({ hang: true })],
  ['slow', (dice) => ({ delayMs: dice.between(100, 3000) })],
];
const connector: readonly Kind[] = [
  ['429 with Retry-After', () => ({ answer: { status: 429, headers: after(1), body } })],
  ['502', () => ({ answer: { status: 502, body } })],
  ['503', () => ({ answer: { status: 503, body } })],
  ['reset', () => ({ answer: 'drop' })],
  ['lost answer', () => ({ dropAnswer: true })],
  ['slow', (dice) => ({ delayMs: dice.between(100, 2000) })],
];
const authority: readonly Kind[] = [
  ['503', () => ({ answer: { status: 503, body } })],
  ['reset', () => ({ answer: 'drop' })],
  ['slow', (dice) => ({ delayMs: dice.between(100, 2000) })],
];
const storage: readonly Kind[] = [
  ['503', () => ({ answer: failed(503, 'ServerBusy', after(1)) })],
  ['500', () => ({ answer: failed(500, 'InternalError') })],
  ['reset', () => ({ answer: 'drop' })],
  ['lost answer', () => ({ dropAnswer: true })],
  ['slow', (dice) => ({ delayMs: dice.between(100, 1500) })],
];

/** Lets everything outside the bots fail at random; the function it gives back ends that. */
export function badWeather({ stage, storage: tables }: House, dice: Dice, figures: Figures): () => void {
  const fall = (name: keyof typeof share, kinds: readonly Kind[], own: Dice, onDone?: Fault['onDone']) => () => {
    if (!own.chance(share[name])) return undefined;
    const [kind, fault] = own.one(kinds);
    figures.count(`${name}: ${kind}`);
    figures.count('faults');
    return { ...fault(own), ...(onDone && kind === 'lost answer' ? { onDone } : {}) };
  };
  /** The id of a post stands in its answer. */
  const lost = (answer: FakeAnswer) => {
    const id = answer === 'drop' ? undefined : (answer.body as { id?: unknown } | undefined)?.id;
    if (typeof id === 'string') stage.lostAnswer(id);
  };
  stage.graph.faults.otherwise(fall('graph', graph, dice.named('graph')));
  stage.connector.faults.otherwise(fall('connector', connector, dice.named('connector'), lost));
  stage.authority.faults.otherwise(fall('authority', authority, dice.named('authority')));
  const inStorage = fall('storage', storage, dice.named('storage'));
  tables?.faults.otherwise(() => {
    const fault = inStorage();
    if (fault) stage.trouble('storage');
    return fault;
  });
  return () => {
    for (const one of [stage.graph, stage.connector, stage.authority, tables]) one?.faults.otherwise(undefined);
  };
}
