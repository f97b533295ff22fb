import assert from 'node:assert/strict';
import { mostMentions, whoIsMeant } from '../../../src/teams/answer/who-is-meant.ts';
import { unresolvedLines } from '../../../src/teams/cards/unsure.ts';
import type { Member, Roster } from '../../../src/teams/chat/roster.ts';
import type { Named } from '../../../src/teams/sentence/names.ts';
import type { Mentioned } from '../../../src/teams/sentence/written.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { channel } from '../../support/samples.ts';

const place = { conversation: channel, team: null, locale: 'en' };
const adele = '6e3f207c-9d4f-4e80-9b63-2caf7d809e03';
const mention = (text: string, who: Mentioned): Named => ({ kind: 'mention', text, who });
const member = (id: string, text = id) => mention(text, { kind: 'member', id });
const address: Named = { kind: 'address', text: 'a@b.example' };

function createDesk(members: Readonly<Record<string, Member>> = {}) {
  const asked: (readonly string[])[] = [];
  const roster: Roster = async (_, ids) => {
    asked.push(ids);
    return ids.map((id) => members[id] ?? { kind: 'noOne', why: 'gone' });
  };
  return { asked, ask: (named: readonly Named[]) => whoIsMeant(roster, place, named) };
}

describe('who is mentioned', () => {
  const people = { '29:a': { kind: 'person', objectId: adele } } as const;

  it('is the object id that the roster has for the id, in the order of the message', async () => {
    const { ask, asked } = createDesk(people);
    const references = [address, { kind: 'objectId', text: adele }];
    assert.deepEqual(await ask([address, member('29:a', 'Adele')]), { references });
    assert.deepEqual(asked, [['29:a']]);
  });

  it('is one person, however often mentioned or named', async () => {
    const { ask, asked } = createDesk(people);
    const named = [member('29:a', 'Adele'), member('29:a', 'Vance'), { kind: 'objectId', text: adele } as const];
    assert.deepEqual(await ask(named), { references: [{ kind: 'objectId', text: adele }] });
    assert.deepEqual(asked, [['29:a']]);
  });

  it('asks nobody where nobody is mentioned', async () => {
    const { ask, asked } = createDesk();
    assert.deepEqual(await ask([address]), { references: [address] });
    assert.deepEqual(asked, []);
  });

  it('is nobody at all where one of them is nobody: that one would be missing without a word', async () => {
    const { ask } = createDesk(people);
    const named = [
      address,
      member('29:a', 'Adele'),
      member('29:b', 'Bob'),
      mention('Workflows', { kind: 'bot' }),
      mention('General', { kind: 'group' }),
      mention('Alex', { kind: 'several' }),
      mention('Megan', { kind: 'unknown' }),
    ];
    const unresolved: Parameters<typeof unresolvedLines>[0] = [
      { label: 'Bob', why: 'gone' },
      { label: 'Workflows', why: 'bot' },
      { label: 'General', why: 'group' },
      { label: 'Alex', why: 'several' },
      { label: 'Megan', why: 'unknown' },
    ];
    assert.deepEqual(await ask(named), { lines: unresolvedLines(unresolved, en) });
  });

  it('is not asked where more are mentioned than Teams answers about at once', async () => {
    const { ask, asked } = createDesk();
    const many = Array.from({ length: mostMentions + 1 }, (_, index) => member(`29:${index}`));
    assert.deepEqual([await ask(many), asked], [{ lines: [en.tooManyMentions(mostMentions)] }, []]);
    await ask(many.slice(1));
    assert.equal(asked[0]?.length, mostMentions);
  });
});
