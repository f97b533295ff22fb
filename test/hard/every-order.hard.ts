import { everybody, explore } from '../support/every-order.ts';
import { judgeEnd } from '../support/judge-end.ts';

describe('every order of two replicas and a crash with', () => {
  const groups = [
    ['approve'],
    ['deny', 'cancel'],
    ['approve', 'cancel'],
    ['approve', 'deny'],
    ['approve', 'deny', 'cancel'],
  ];
  for (const group of groups) {
    const together = everybody.filter(({ verb }) => group.includes(verb));
    it(together.map(({ verb }) => verb).join(', '), async () => {
      const { states, orders, ends } = await explore(together, judgeEnd);
      process.stdout.write(`      ${states} states, ${orders} orders, ${ends} ends\n`);
    });
  }
});
