import type { Verb } from '../../src/domain/request.ts';
import type { Dice } from './dice.ts';

/** What is going to happen in a random run: made from a seed before anything begins. */
export interface Plot {
  readonly seed: string;
  readonly asks: readonly Asked[];
  /** In the order of time; each hits one of the processes. */
  readonly blows: readonly Blow[];
  /** From the first ask until the weather clears, in ms. */
  readonly lastsMs: number;
}

export interface Asked {
  readonly atMs: number;
  readonly accounts: number;
  /** An approver is one of them, and tries to decide. */
  readonly aboutNestor: boolean;
  readonly by: 'alex' | 'megan';
  /** Further deliveries of the same message, so many ms after the first. */
  readonly again: readonly number[];
  readonly decisions: readonly Decision[];
}

/** Made when the card is there. The last of them is made again until it is answered. */
export interface Decision {
  readonly afterMs: number;
  readonly by: 'alex' | 'megan' | 'nestor' | 'adele';
  readonly verb: Verb;
  readonly how: 'button' | 'old button' | 'words';
  /** Further deliveries: with the same id, or as another click. */
  readonly again: readonly { readonly afterMs: number; readonly sameId: boolean }[];
}

interface Blow {
  readonly atMs: number;
  readonly on: number;
  /** `freeze` for so long; 0 is the end of the process, and another one is started. */
  readonly freezeMs: number;
}

interface PlotOptions {
  readonly seed: string;
  readonly requests: number;
  readonly processes: number;
  readonly lastsMs: number;
  /** One every so many ms. */
  readonly blowEachMs: number;
  readonly longestFreezeMs: number;
}

export function writePlot(options: PlotOptions, dice: Dice): Plot {
  const { seed, requests, processes, lastsMs, blowEachMs, longestFreezeMs } = options;
  const asks = Array.from({ length: requests }, (_, number) => writeAsk(dice.named(`ask ${number}`), lastsMs));
  const own = dice.named('blows');
  const blows = Array.from({ length: Math.floor(lastsMs / blowEachMs) }, (_, number): Blow => {
    const freezes = own.chance(0.25);
    return {
      atMs: Math.floor(blowEachMs * (number + own.throw())),
      on: own.between(0, processes - 1),
      freezeMs: freezes ? own.between(500, longestFreezeMs) : 0,
    };
  });
  return { seed, asks, blows, lastsMs };
}

function writeAsk(dice: Dice, lastsMs: number): Asked {
  const by = dice.one(['alex', 'megan'] as const);
  const other = by === 'alex' ? 'megan' : 'alex';
  const count = dice.chance(0.5) ? 1 : dice.between(2, 12);
  const aboutNestor = dice.chance(0.15);
  const again = dice.chance(0.25) ? [dice.between(0, 50), dice.between(100, 3000)] : [];
  const decision = (verb: Verb, who: Decision['by']): Decision => ({
    afterMs: dice.between(0, 2500),
    by: who,
    verb,
    how: dice.one(['button', 'button', 'button', 'old button', 'words'] as const),
    again: dice.chance(0.4)
      ? Array.from({ length: dice.between(1, 4) }, () => ({
          afterMs: dice.between(0, 1500),
          sameId: dice.chance(0.5),
        }))
      : [],
  });
  const last = dice.one([
    decision('approve', other),
    decision('approve', aboutNestor ? other : 'nestor'),
    decision('approve', other),
    decision('approve', other),
    decision('deny', other),
    decision('cancel', by),
  ]);
  const rivals = [
    ...(dice.chance(0.2) ? [decision('deny', other)] : []),
    ...(dice.chance(0.2) ? [decision('approve', 'nestor')] : []),
    ...(aboutNestor ? [decision('deny', 'nestor'), decision('cancel', 'nestor')] : []),
    ...(dice.chance(0.15) ? [decision('approve', 'adele')] : []),
    ...(dice.chance(0.15)
      ? [{ ...decision('stop', other), how: 'words' as const, afterMs: dice.between(500, 6000) }]
      : []),
  ];
  return {
    atMs: dice.between(0, Math.floor(lastsMs * 0.7)),
    accounts: count,
    aboutNestor,
    by,
    again,
    decisions: [...rivals, last],
  };
}
