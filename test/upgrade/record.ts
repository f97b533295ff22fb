/** Makes the golden files of a version: see README.md beside this file. `node test/upgrade/record.ts <version>` */
import { eventVersion } from '../../src/store/event-codec.ts';
import { type Account, startAzurite } from '../support/azurite.ts';
import { buttonsOf, cardIn } from '../support/production/card.ts';
import { cases, peopleOf, recordsFor } from './cases.ts';
import { buildEarlier, lastToWrite } from './earlier-version.ts';
import { writeGolden } from './golden.ts';
import { playAll } from './play.ts';
import { readSqlite, readTable } from './rows.ts';
import { openSite, type Site } from './site.ts';

const version = Number(process.argv[2]);
const commit = version === eventVersion ? 'HEAD' : lastToWrite[version];
if (commit === undefined) throw new Error('which version? node test/upgrade/record.ts 1');
const built = await buildEarlier(commit);
const azurite = await startAzurite();

async function record(store: 'sqlite' | 'table', account?: Account): Promise<void> {
  const site = await openSite(account?.connectionString);
  try {
    await playAll(site, version, built.main);
    const rows = account ? await readTable(account.table) : readSqlite(site.storeUrl.slice('sqlite:'.length));
    writeGolden({ version, store, recordedAt: new Date().toISOString(), ...(await chatOf(site)), rows });
  } finally {
    await site.close();
  }
}

/** In which conversations posts were made, in their order, and the buttons of the cards that stand there. */
async function chatOf({ connector, trail }: Site) {
  const posts = connector.log.filter(({ kind }) => kind === 'post').map(({ conversationId }) => conversationId);
  const records = await trail();
  const cards = cases.flatMap(({ name }, index) => {
    const [person] = peopleOf(index);
    const posted = recordsFor(records, { id: person?.id ?? '' }).findLast(({ type }) => type === 'CardPosted');
    const activityId = String(posted?.cardId);
    const buttons = buttonsOf(cardIn(connector.current(activityId)));
    const shown = {
      where: String(posted?.where),
      activityId,
      buttons: buttons.map(({ verb, data }) => ({ verb, data })),
    };
    return buttons.length > 0 ? [[name, shown] as const] : [];
  });
  return { posts, cards: Object.fromEntries(cards) };
}

try {
  await Promise.all([record('sqlite'), record('table', azurite.account())]);
} finally {
  await azurite.close();
  await built.remove();
}
