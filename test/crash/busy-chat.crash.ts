import assert from 'node:assert/strict';
import type { Shown } from '../support/production/fake-connector.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person } from '../support/production/world.ts';
import { requestOn } from './evidence.ts';
import { createFigures } from './figures.ts';
import { isLong } from './form.ts';
import { judge } from './promises.ts';
import { staff } from './staff.ts';
import { tables } from './theatre.ts';

/** So many that, with what Teams allows in one conversation, the last posts wait for longer than a lease. */
const requests = 12;
const within = 120_000;

// Takes as long as Teams' limits make it take.
if (isLong) {
  describe('two processes on one table store, and much to say in one chat', function () {
    this.timeout(600_000);

    it('say everything once, however long it has to wait for its turn', async () => {
      const figures = createFigures();
      const theatre = tables();
      const people = staff(requests);
      const house = await theatre.open({ people });
      const { stage, onRecord } = house;
      const place = groupChat('busy');
      try {
        const [bot] = await Promise.all([stage.start(), stage.start()]);
        for (const { id } of people) {
          await stage.deliver(bot, stage.teams.message(person('alex'), place, `revoke sessions for ${id}`));
        }
        const cards = await stage.connector.waitFor((log) => {
          const asking = new Map<string, Shown>(log.map((one) => [requestOn(one) ?? '', one]));
          asking.delete('');
          return asking.size === requests && [...asking.values()];
        }, within);
        await Promise.all(cards.map((card) => stage.press(bot, person('megan'), place, card, 'approve')));
        await onRecord.until(
          place.id,
          (events) => events.filter(({ type }) => type === 'ResultPosted').length === requests,
          'by and by',
        );
        const judged = judge(await stage.evidence());
        figures.add(judged);
        assert.deepEqual(judged.broken, []);
        assert.deepEqual(judged.twice, []);
      } finally {
        await house.close();
        await theatre.close();
        figures.print('much to say in one chat');
      }
    });
  });
}
