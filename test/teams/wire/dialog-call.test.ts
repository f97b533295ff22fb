import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unwrapped } from '../../../src/base/read.ts';
import { readDialog } from '../../../src/teams/wire/dialog-call.ts';

const opening = '0d6c2f8e-5a0b-4b8e-9f0e-3c2d1b0a9f88';
const adele = '6e3f207c-9d4f-4e80-9b63-2caf7d809e03';
const command = { commandId: 'revokeSessions' };
const message = { body: { content: 'x' } };
const readDialogCall = ({ name, value }: { name: unknown; value: unknown }) => readDialog(name, unwrapped(value));
const fetched = (value: unknown) => readDialogCall({ name: 'composeExtension/fetchTask', value });
const submitted = (data: unknown, name = 'composeExtension/submitAction') =>
  readDialogCall({ name, value: { ...command, data } });
const nothing = { people: [], addresses: '', reason: '', whatIf: false };

describe('invokes about a dialog', () => {
  it('open it, on a message', () => {
    assert.deepEqual(fetched({ ...command, messagePayload: message }), {
      kind: 'dialogOpened',
      installed: false,
      message,
      entered: null,
    });
    assert.deepEqual(readDialogCall({ name: 'task/fetch', value: {} }), {
      kind: 'dialogOpened',
      installed: false,
      message: undefined,
      entered: null,
    });
  });

  it('open it after the app was added', () => {
    const value = { ...command, messagePayload: message, data: { msteams: { justInTimeInstall: true } } };
    const call = readDialogCall({ name: 'composeExtension/submitAction', value });
    assert.deepEqual(call, { kind: 'dialogOpened', installed: true, message, entered: null });
  });

  it('open it after the app was added, with what had been entered', () => {
    const read = (entered: unknown) => submitted({ msteams: { justInTimeInstall: true }, entered });
    const entered = { people: [adele], addresses: '', reason: 'x', whatIf: false };
    const written = JSON.stringify({ people: adele, addresses: '', reason: 'x', whatIf: 'false' });
    assert.deepEqual(read(written), { kind: 'dialogOpened', installed: true, message: undefined, entered });
    for (const odd of ['', '{', 'null', '[]', '{"people":7}', 7, null, { people: adele }]) {
      assert.deepEqual(read(odd), { kind: 'dialogOpened', installed: true, message: undefined, entered: null });
    }
  });

  it('submit it', () => {
    const data = {
      opening,
      people: `${adele.toUpperCase()}, ${adele}`,
      addresses: ' a@b.c ',
      reason: ' a\n b ',
      whatIf: 'true',
    };
    const entered = { people: [adele], addresses: ' a@b.c ', reason: 'a b', whatIf: true };
    for (const name of ['composeExtension/submitAction', 'task/submit']) {
      assert.deepEqual(submitted(data, name), { kind: 'dialogSent', opening, entered });
    }
  });

  it('submit it, with the value or its data as JSON', () => {
    const entered = { people: [adele], addresses: '', reason: '', whatIf: false };
    const data = JSON.stringify({ opening, people: adele });
    assert.deepEqual(submitted(data), { kind: 'dialogSent', opening, entered });
    const value = JSON.stringify({ ...command, data });
    assert.deepEqual(readDialogCall({ name: 'task/submit', value }), { kind: 'dialogSent', opening, entered });
    assert.deepEqual(submitted(data.slice(1)), { kind: 'unknownDialog' });
  });

  it('whoever is picked and is no object id is looked at as something written', () => {
    const call = submitted({ opening, people: `${adele},adele@contoso.com,x`, addresses: 'b@contoso.com' });
    assert.deepEqual(call, {
      kind: 'dialogSent',
      opening,
      entered: { ...nothing, people: [adele], addresses: 'adele@contoso.com\nx\nb@contoso.com' },
    });
  });

  it('are of no other command, and of no dialog that was not opened here', () => {
    const unknown = { kind: 'unknownDialog' };
    for (const value of [undefined, {}, { commandId: 'other' }]) assert.deepEqual(fetched(value), unknown);
    for (const data of [undefined, {}, { opening: 'x' }, { opening: [opening] }])
      assert.deepEqual(submitted(data), unknown);
    assert.equal(readDialogCall({ name: 'composeExtension/query', value: command }), null);
    assert.equal(readDialogCall({ name: 'adaptiveCard/action', value: command }), null);
  });

  it('fields of another type count as empty', () => {
    const call = submitted({ opening, people: [adele], addresses: {}, reason: 7, whatIf: true });
    assert.deepEqual(call, { kind: 'dialogSent', opening, entered: nothing });
  });

  it('never throw', () => {
    const names = ['composeExtension/fetchTask', 'composeExtension/submitAction', 'task/fetch', 'task/submit'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.anything(), fc.anything(), (name, value, data) => {
        readDialogCall({ name, value });
        readDialogCall({ name, value: { ...command, data } });
        readDialogCall({ name: value, value: data });
      }),
    );
  });
});
