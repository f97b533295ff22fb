import assert from 'node:assert/strict';
import { type BotDesk, createBotDesk } from '../../support/bot-desk.ts';
import { type Node, nodes, texts } from '../../support/card-parts.ts';
import { alex, channel, megan, requestId, tenantId } from '../../support/samples.ts';

const data = { verb: 'why', requestId };
let sent = 0;

function activity(by: typeof megan, what: object) {
  sent += 1;
  return {
    type: 'invoke',
    id: `f:${sent}`,
    channelId: 'msteams',
    serviceUrl: channel.serviceUrl,
    from: { id: `29:${by.id}`, name: by.name, aadObjectId: by.id },
    recipient: { id: '28:bot', name: 'Session Revoker' },
    conversation: { id: channel.id, conversationType: 'channel', tenantId },
    channelData: { tenant: { id: tenantId }, channel: { id: channel.id } },
    locale: 'en-US',
    timestamp: '2026-11-21T12:00:00.000Z',
    ...what,
  };
}
const press = (by: typeof megan, verb: string) =>
  activity(by, {
    name: 'adaptiveCard/action',
    value: { action: { type: 'Action.Execute', verb, data: { requestId } } },
  });
const opened = (by = megan) =>
  activity(by, { name: 'task/fetch', value: { data: { ...data, msteams: { type: 'task/fetch' } } } });
const entered = (reason: string, by = megan) =>
  activity(by, { name: 'task/submit', value: { data: { ...data, reason } } });
const typed = (text: string, by = megan) => activity(by, { type: 'message', text });

async function deniedDesk() {
  const desk = createBotDesk({ house: {}, allowedConversations: null, slow: false });
  const { house } = desk;
  await house.submit(house.ask());
  await house.settle();
  const [answer] = await desk.send([press(megan, 'deny')]);
  await house.settle();
  return { desk, house, answer };
}

const titles = (answer: unknown) =>
  nodes(answer).flatMap(({ type, title }) => (type === 'Action.Submit' ? [title] : []));
async function ask(desk: BotDesk, what: object) {
  const [answer] = await desk.send([what]);
  assert.equal(answer?.status, 200);
  return answer?.body as Node | undefined;
}
const reasonOf = async ({ house }: Pick<BotDesk, 'house'>) => (await house.state()).decision?.reason;

describe('why a request was denied', () => {
  it('is asked of the person who denied it, and of no one else', async () => {
    const { desk, answer } = await deniedDesk();
    assert.deepEqual(titles(answer?.body), ['Say why']);
    assert.deepEqual(titles(await ask(desk, press(megan, 'refresh'))), ['Say why']);
    assert.deepEqual(titles(await ask(desk, press(alex, 'refresh'))), []);
  });

  it('is given in a dialog, and closes it', async () => {
    const { desk } = await deniedDesk();
    const form = await ask(desk, opened());
    const input = nodes(form).find(({ type }) => type === 'Input.Text');
    assert.deepEqual([input?.id, input?.label, input?.maxLength], ['reason', 'Reason', 300]);
    assert.equal(nodes(form).find(({ type }) => type === 'Action.Submit')?.title, 'Add reason');
    assert.deepEqual(await ask(desk, entered(' ')), form, 'nothing entered: the same dialog');
    assert.equal(await reasonOf(desk), undefined);
    assert.equal(await ask(desk, entered('  **phone** <at>found</at>\n')), undefined);
    assert.equal(await reasonOf(desk), '**phone** <at>found</at>');
    assert.deepEqual(desk.woken.slice(-1), [requestId]);
    const again = await ask(desk, entered('another'));
    assert.match(texts(again).join(), /^The card already shows a reason/);
    assert.deepEqual(titles(await ask(desk, press(megan, 'refresh'))), []);
  });

  it('is bounded, and of no one else', async () => {
    const { desk } = await deniedDesk();
    assert.match(texts(await ask(desk, entered('mine', alex))).join(), /Only the person who denied this/);
    assert.match(texts(await ask(desk, opened(alex))).join(), /Only the person who denied this/);
    await ask(desk, entered('x'.repeat(5000)));
    assert.equal((await reasonOf(desk))?.length, 300);
  });

  it('can be typed, also where the button opens no dialog', async () => {
    const { desk } = await deniedDesk();
    const [code] = [requestId.slice(0, 4)];
    await ask(desk, activity(megan, { type: 'message', value: data }));
    assert.equal(desk.said.at(-1)?.text, `To say why, mention me and type: deny ${code} because phone found`);
    await ask(desk, typed(`deny ${code} because not mine`, alex));
    assert.match(desk.said.at(-1)?.text ?? '', /Denied by Megan Bowen/);
    const before = desk.said.length;
    await ask(desk, typed(`deny ${code} because phone found`));
    assert.equal(await reasonOf(desk), 'phone found');
    assert.equal(desk.said.length, before, 'the card says it');
  });

  it('is asked about no request that is not one', async () => {
    const { desk } = await deniedDesk();
    for (const value of [{ data: { verb: 'why' } }, { data: { verb: 'why', requestId: 'x' } }, { data: 'why' }]) {
      const answer = await ask(desk, activity(megan, { name: 'task/submit', value }));
      assert.match(texts(answer).join(), /I do not know that action/);
    }
  });
});
