import type { Verb } from '../../src/domain/request.ts';
import { asked, begin, fates, type Lead, type Point } from './point.ts';

type Needs = Pick<Point, 'ask' | 'press' | 'verb' | 'newCard'>;

/**
 * Stands where a transaction of the table store is on its way.
 * @param before what people have to do again when it gets lost
 * @param after and when it was done
 */
function transaction(name: RegExp, lead: Lead, before: Needs, after: Needs, what = name.source): readonly Point[] {
  return fates(`the transaction ${what}`, (side, title) => ({
    name: title,
    ...(side === 'before' ? before : after),
    async reach(scene) {
      const standing = scene.holdStore(new RegExp(`^append .*${name.source}`), side === 'after' ? 'after' : 'before');
      begin(lead(scene));
      await standing.reached;
      return side === 'late' ? standing : undefined;
    },
  }));
}

const say: Lead = (scene) => scene.say();
const press =
  (verb: Verb): Lead =>
  async (scene) => {
    await asked(scene);
    await scene.press(verb);
  };
const approve = press('approve');

/** Before and after each transaction, as only a store outside the process lets one see it. */
export const storagePoints: readonly Point[] = [
  ...transaction(/Requested/, say, { ask: true, press: true }, { press: true }),
  ...transaction(/PostStarted/, say, { press: true }, { press: true }, 'PostStarted of the card'),
  ...transaction(/CardPosted/, say, { press: true }, { press: true }),
  ...transaction(/Approved/, approve, { press: true }, {}),
  ...transaction(/Denied/, press('deny'), { press: true, verb: 'deny' }, { verb: 'deny' }),
  ...transaction(/Cancelled/, press('cancel'), { press: true, verb: 'cancel' }, { verb: 'cancel' }),
  ...transaction(/ExecutionStarted/, approve, {}, {}),
  ...transaction(/TargetsProcessed/, approve, {}, {}),
  ...fates('the transaction PostStarted of the result', (side, name) => ({
    name,
    async reach(scene) {
      await asked(scene);
      await scene.recorded('CardPosted');
      const standing = scene.holdStore(/^append PostStarted/, side === 'after' ? 'after' : 'before');
      begin(scene.press());
      await standing.reached;
      return side === 'late' ? standing : undefined;
    },
  })),
  ...transaction(/ResultPosted/, approve, {}, {}),
];
