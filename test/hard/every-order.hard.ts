import { isLong } from '../crash/form.ts';
import { everybody, explore } from '../support/every-order.ts';
import { judgeEnd } from '../support/judge-end.ts';

describe('every order of two replicas and a crash with', () => {
  const short = [['approve'], ['deny', 'cancel']];
  /** Each takes many minutes. */
  const long = [
    ['approve', 'cancel'],
    ['approve', 'deny'],
    ['approve', 'deny', 'cancel'],
  ];
  const groups = isLong ? [...short, ...long] : short;
  for (const group of groups) {
    const together = everybody.filter(({ verb }) => group.includes(verb));
    it(together.map(({ verb }) => verb).join(', '), async () => {
      const { states, orders, ends } = await explore(together, judgeEnd);
      process.stdout.write(`      ${states} states, ${orders} orders, ${ends} ends\n`);
    });
  }
});
