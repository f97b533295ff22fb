import type { DecisionVerb } from '../../src/domain/request.ts';
import type { Hold } from './hold.ts';
import type { Scene } from './scene.ts';

/** A place between two effects at which a process can die. */
export interface Point {
  readonly name: string;
  /** Leads the request there. What it gives back takes effect after all, when the process is dead. */
  reach(scene: Scene): Promise<Hold | undefined>;
  /** Nothing is on record yet, so somebody has to ask again. */
  readonly ask?: true;
  /** No decision is on record yet, so somebody has to press again. */
  readonly press?: true;
  /** There will be another card, and somebody has to press that. */
  readonly newCard?: true;
  readonly verb?: DecisionVerb;
  /** The person comes back, and the chat is to be told. */
  readonly back?: true;
  readonly accounts?: number;
  /** By looking into the file of the embedded store. */
  readonly embedded?: true;
  /** In the long form only. */
  readonly extra?: true;
}

export async function asked(scene: Scene): Promise<undefined> {
  await scene.say();
  await scene.card();
}

/** Does not wait for what is under way: it may never be answered. */
export function begin(work: Promise<unknown>): void {
  work.catch(() => undefined);
}

export async function approving(scene: Scene): Promise<void> {
  await asked(scene);
  begin(scene.press());
}

type Held = readonly [at: 'graph' | 'connector' | 'authority', match: Parameters<Scene['hold']>[1], skip?: number];

/** Stands where a request to one of the fakes is held. */
export function held(
  name: string,
  what: (scene: Scene) => Held,
  side: Side,
  lead: Lead,
  more: Partial<Point> = {},
): Point {
  return {
    name,
    ...more,
    async reach(scene) {
      const [at, match, skip] = what(scene);
      const standing = scene.hold(at, match, side === 'after' ? 'after' : 'before', skip);
      begin(lead(scene));
      await standing.reached;
      return side === 'late' ? standing : undefined;
    },
  };
}

type Side = 'before' | 'late' | 'after';
export type Lead = (scene: Scene) => Promise<unknown>;

/** Stands in the moment in which an event is on disk. */
export function recorded(
  type: Parameters<Scene['recorded']>[0],
  lead: Lead,
  more: Partial<Point> & { readonly what?: string } = {},
): Point {
  return {
    name: `${type}${more.what ? ` (${more.what})` : ''} is on disk`,
    embedded: true,
    ...more,
    async reach(scene) {
      const there = scene.recorded(type, more.what);
      begin(lead(scene));
      await there;
      return undefined;
    },
  };
}

/** Three fates of a request that is held when the process dies: it is lost, it takes effect late, it took effect. */
export function fates(what: string, of: (side: Side, name: string) => Point): readonly Point[] {
  return [
    of('before', `${what} is on its way and gets lost`),
    { ...of('late', `${what} is on its way and arrives later`), extra: true },
    of('after', `${what} took effect and its answer is on its way`),
  ];
}
