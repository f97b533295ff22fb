import { createDice } from '../crash/dice.ts';
import { givenSeed, isLong } from '../crash/form.ts';
import { everybody, explore } from '../support/every-order.ts';
import { judgeEnd } from '../support/judge-end.ts';

/** Every state there is; where that takes many minutes, so many of them, and all in the long form. */
const groups = [
  { verbs: ['approve'] },
  { verbs: ['deny', 'cancel'] },
  { verbs: ['approve', 'cancel'], short: 600 },
  { verbs: ['approve', 'deny'], short: 600 },
  { verbs: ['approve', 'deny', 'cancel'], short: 600 },
];

describe('every order of two replicas and a crash with', function () {
  this.timeout(isLong ? 7_200_000 : 600_000);
  const seed = givenSeed ?? String(Date.now());

  for (const { verbs, short } of groups) {
    const dice = createDice(`${seed} ${verbs}`);
    const pick = (of: number) => dice.between(0, of - 1);
    const bound = short === undefined || isLong ? undefined : { states: short, pick };
    it(`${verbs.join(', ')}${bound ? `, ${short} states of them; SEED=${seed}` : ''}`, async () => {
      const clicks = everybody.filter(({ verb }) => verbs.includes(verb));
      const { states, orders, ends, isAll } = await explore(clicks, judgeEnd, bound);
      process.stdout.write(
        `      ${verbs}: ${states} states${isAll ? '' : ' of more'}, ${orders} orders, ${ends} ends\n`,
      );
    });
  }
});
