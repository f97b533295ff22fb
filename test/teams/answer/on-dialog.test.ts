import assert from 'node:assert/strict';
import { createBotDesk } from '../../support/bot-desk.ts';
import { nodes, texts } from '../../support/card-parts.ts';
import { account, alex, megan, tenantId } from '../../support/samples.ts';

const opening = '0d6c2f8e-5a0b-4b8e-9f0e-3c2d1b0a9f88';
const place = '19:incident@thread.tacv2';

type Desk = ReturnType<typeof createBotDesk>;

let sent = 0;
function invoke(name: string, value: object, by = alex) {
  sent += 1;
  return {
    type: 'invoke',
    id: `f:${sent}`,
    name: `composeExtension/${name}`,
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    from: { id: `29:${by.id}`, name: by.name, aadObjectId: by.id },
    recipient: { id: '28:bot', name: 'Session Revoker' },
    conversation: { id: `${place};messageid=1`, conversationType: 'channel', tenantId },
    channelData: { tenant: { id: tenantId }, channel: { id: place } },
    locale: 'en-US',
    value: { commandId: 'revokeSessions', commandContext: 'message', ...value },
  };
}

const submitted = (data: object) => invoke('submitAction', { data: { opening, ...data } });
const opened = (content: string, by = alex) => invoke('fetchTask', { messagePayload: { body: { content } } }, by);

/** What the dialog says then; null when it closes. */
async function answered(desk: Desk, activity: object): Promise<string | null> {
  const [answer] = await desk.send([activity]);
  assert.equal(answer?.status, 200);
  assert.ok(answer?.body === undefined || 'task' in answer.body, 'a dialog, or nothing at all');
  const { task } = (answer?.body ?? {}) as { task?: { value: { card: { content: unknown } } } };
  return task ? [...texts(task.value.card.content), ...inputs(task.value.card.content)].join('\n') : null;
}

const inputs = (card: unknown) => nodes(card).flatMap(({ id, value }) => (id ? [`${id}=${value}`] : []));

const open = (slow: boolean, allowedConversations: ReadonlySet<string> | null = null) =>
  createBotDesk({ house: {}, allowedConversations, slow });

describe('a dialog that is answered before it is known what becomes of it', () => {
  const cases: readonly (readonly [what: string, data: object, said: RegExp | null])[] = [
    ['a request: its card is all that is said', { addresses: account(1).upn }, null],
    [
      'nobody is left: said in the chat, to whom it is about',
      { addresses: 'nobody@contoso.example' },
      /^Alex Wilber: No request was made:/,
    ],
    ['a dry run: its card is posted', { addresses: account(1).upn, whatIf: 'true' }, /^card/],
  ];
  for (const [what, data, said] of cases) {
    it(what, async () => {
      const desk = open(true);
      assert.match((await answered(desk, submitted(data))) ?? '', /takes longer than usual/);
      const posts = desk.said.map(({ text, card }) => text ?? `card ${card?.fallbackText}`);
      if (said === null) assert.deepEqual([posts, desk.woken.length], [[], 1]);
      else assert.match(posts.join('\n'), said);
    });
  }

  it('opens with the addresses as they were written', async () => {
    const said = await answered(open(true), opened(account(1).upn));
    assert.match(said ?? '', /not looked these up yet/);
    assert.match(said ?? '', new RegExp(`addresses=${account(1).upn}`));
  });
});

describe('a dialog', () => {
  it('is refused in a conversation in which the bot does not work', async () => {
    const desk = open(false, new Set(['19:elsewhere@thread.tacv2']));
    for (const activity of [opened(account(1).upn), submitted({ addresses: account(1).upn })]) {
      assert.match((await answered(desk, activity)) ?? '', /not enabled in this conversation/);
    }
    assert.deepEqual(desk.appended, []);
  });

  it('works in one that is allowed by its channel', async () => {
    const desk = open(false, new Set([place]));
    assert.equal(await answered(desk, submitted({ addresses: account(1).upn })), null);
    assert.deepEqual(
      desk.appended.map(({ event }) => event.type),
      ['Requested'],
    );
  });

  it('is refused to whoever floods, and to nobody of the directory', async () => {
    const desk = open(false);
    for (let count = 0; count < 120; count += 1) await desk.send([opened('x', megan)]);
    assert.match((await answered(desk, opened('x', megan))) ?? '', /Too many messages/);
    const { from: _, ...nameless } = opened('x');
    assert.match((await answered(desk, nameless)) ?? '', /only take requests from people of this organization/);
  });

  it('says nothing raw when something fails, and keeps what was entered', async () => {
    const desk = open(false);
    const [answer] = await desk.send([submitted({ addresses: account(1).upn })], { in: 'read', throws: 'Error' });
    assert.match(JSON.stringify(answer?.body), /Something went wrong/);
    assert.match(JSON.stringify(answer?.body), new RegExp(account(1).upn));
    assert.doesNotMatch(JSON.stringify(answer?.body), /eyJ/);
  });

  describe('submitted again after nobody could say whether it was recorded', () => {
    const targetsAsked = (desk: Desk) =>
      desk.appended.flatMap(({ event }) =>
        event.type === 'Requested' ? [event.targets.map(({ account: { upn } }) => upn).toSorted()] : [],
      );
    const inDoubt = async (data: object) => {
      const desk = open(false);
      const [answer] = await desk.send([submitted(data)], { in: 'doubt', throws: 'Error' });
      assert.match(JSON.stringify(answer?.body), /not certain whether this was recorded/);
      return desk;
    };

    it('as it was: it is the request that was recorded', async () => {
      const desk = await inDoubt({ people: `${account(1).id},${account(2).id}`, reason: 'stolen' });
      const again = { people: `${account(2).id},${account(1).id}`, addresses: ' ', reason: ' stolen' };
      assert.equal(await answered(desk, submitted(again)), null);
      assert.deepEqual(targetsAsked(desk), [[account(1).upn, account(2).upn]]);
      assert.equal(desk.woken.length, 1);
    });

    for (const [what, data, asked] of [
      ['other people', { people: account(2).id, reason: 'stolen' }, [account(2).upn]],
      [
        'more people',
        { people: account(1).id, addresses: account(2).upn, reason: 'stolen' },
        [account(1).upn, account(2).upn],
      ],
    ] as const) {
      it(`with ${what}: it is asked, too`, async () => {
        const desk = await inDoubt({ people: account(1).id, reason: 'stolen' });
        assert.equal(await answered(desk, submitted(data)), null);
        assert.deepEqual(targetsAsked(desk), [[account(1).upn], asked]);
        const [, second] = desk.appended.map(({ event }) => event);
        assert.equal(second?.type === 'Requested' && second.reason, data.reason);
      });
    }

    it('with another reason: it says what is open', async () => {
      const desk = await inDoubt({ people: account(1).id, reason: 'stolen' });
      const said = await answered(desk, submitted({ people: account(1).id, reason: 'lost' }));
      assert.match(said ?? '', /Already open: [\s\S]*Requested by Alex Wilber \(alex\.wilber@contoso\.example\)/);
      assert.deepEqual(targetsAsked(desk), [[account(1).upn]]);
    });
  });

  describe('submitted where the bot is not', () => {
    const away = (isInstalled: () => Promise<boolean | null>, slow = false) =>
      createBotDesk({ house: {}, allowedConversations: null, slow, isInstalled });
    const entered = { people: account(1).id, addresses: 'x@contoso.example', reason: 'stolen', whatIf: 'false' };

    it('asks nobody, offers to add it, and opens then with what was entered', async () => {
      const desk = away(async () => false);
      const [offer] = await desk.send([submitted(entered)]);
      const content = JSON.stringify(offer?.body);
      assert.match(content, /No request was made yet/);
      assert.match(content, /must be added here/);
      assert.deepEqual(desk.appended, []);
      const button = nodes(offer?.body).find(({ type }) => type === 'Action.Submit');
      const carried = { msteams: { justInTimeInstall: true } };
      assert.deepEqual({ ...(button?.data as object), entered: 0 }, { ...carried, entered: 0 });
      const message = { messagePayload: { body: { content: 'somebody.else@contoso.example' } } };
      const said = await answered(desk, invoke('submitAction', { data: button?.data, ...message }));
      for (const field of Object.entries(entered)) assert.ok(said?.includes(field.join('=')), `${field} in ${said}`);
      assert.doesNotMatch(said ?? '', /somebody\.else/);
    });

    it('does not offer it to whoever may not ask', async () => {
      const desk = away(async () => false);
      const activity = invoke('submitAction', { data: { opening, ...entered } }, { ...alex, id: account(2).id });
      const said = await answered(desk, activity);
      assert.match(said ?? '', /not allowed to request this/);
    });

    it('opens and asks when that cannot be found out, or not in time', async () => {
      for (const desk of [away(async () => null), away(() => new Promise(() => {}), true)]) {
        assert.match(
          (await answered(desk, opened(account(1).upn))) ?? '',
          new RegExp(`${account(1).id}|${account(1).upn}`),
        );
        await answered(desk, submitted({ people: account(1).id }));
        assert.deepEqual(
          desk.appended.map(({ event }) => event.type),
          ['Requested'],
        );
      }
    });
  });

  it('takes a reason from its own field, or from behind the addresses', async () => {
    for (const [data, reason] of [
      [{ addresses: account(1).upn, reason: 'stolen' }, 'stolen'],
      [{ addresses: `${account(1).upn} because lost` }, 'lost'],
      [{ people: account(1).id, reason: ` ${'x'.repeat(400)} ` }, `${'x'.repeat(299)}…`],
    ] as const) {
      const desk = open(false);
      await answered(desk, submitted(data));
      const [event] = desk.appended.map((one) => one.event);
      assert.ok(event?.type === 'Requested');
      assert.equal(event.reason, reason);
      assert.deepEqual(
        event.targets.map((target) => target.account.id),
        [account(1).id],
      );
    }
  });
});
