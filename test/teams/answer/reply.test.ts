import assert from 'node:assert/strict';
import { DirectoryError, UnreadableRequest } from '../../../src/app/errors.ts';
import { createReply } from '../../../src/teams/answer/reply.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { createRequestCard } from '../../../src/teams/chat/notifier.ts';
import { languages } from '../../../src/teams/texts/texts-for.ts';
import { createFakeClock, silentLog } from '../../support/fakes.ts';
import { approved, played } from '../../support/played.ts';
import { alex, channel, requested, requestId, start } from '../../support/samples.ts';

const cards = createCardRenderer(new URL('../../../cards/', import.meta.url));
const reply = createReply({
  cards,
  requestCard: createRequestCard({ cards, clock: createFakeClock() }),
  linkTo: () => null,
  signInRequest: { connectionName: 'graph', resource: 'api://botid-x' },
  now: () => start,
  log: silentLog,
});
const open = played(requested());
const done = played(requested(), approved());
const click = { requestId, verb: 'approve', by: alex, where: channel.id } as const;

describe('what is said of an outcome', () => {
  for (const [lang, texts] of Object.entries(languages)) {
    it(`that failed means something for the person, and tells nothing raw (${lang})`, () => {
      for (const [error, line] of [
        [new DirectoryError('throttled', 'secret'), texts.problem('throttled')],
        [new UnreadableRequest('newer', 'secret'), texts.unreadableRequest.newer],
        [new UnreadableRequest('damaged', 'secret'), texts.unreadableRequest.damaged],
        [Object.assign(new Error('secret'), { inDoubt: true }), texts.inDoubt],
        [new Error('secret'), texts.internal],
        ['secret', texts.internal],
        [null, texts.internal],
      ] as const) {
        assert.deepEqual(reply({ kind: 'failed', error }, texts), { lines: [line], isAboutEntry: true });
      }
    });
  }

  it('can be about the person: then entering something else does not help', () => {
    const about = (code: 'notRequester' | 'tooManyTargets') => reply({ kind: 'refused', code }, languages.en);
    assert.equal(about('notRequester').isAboutEntry, undefined);
    assert.equal(about('tooManyTargets').isAboutEntry, true);
  });

  it('shows by itself once it is recorded, and its next step is due', () => {
    const recorded = reply({ kind: 'recorded', requestId }, languages.en);
    const decided = reply({ kind: 'reviewed', click, reviewed: { ok: true, state: done } }, languages.en);
    for (const { shows, due } of [recorded, decided]) assert.deepEqual([shows, due], [true, requestId]);
    // The card in the conversation changes for everybody; the answer to the click shows it first.
    assert.equal(decided.isPrivate, true);
  });

  it('is a card only where there is one to show', () => {
    const refused = (code: 'alreadyDecided' | 'notApprover', state = open) =>
      reply({ kind: 'reviewed', click, reviewed: { ok: false, code, state } }, languages.en);
    assert.ok(refused('alreadyDecided', done).card);
    assert.equal(refused('alreadyDecided').card, undefined);
    assert.equal(refused('notApprover', done).card, undefined);
  });

  it('asks for a sign-in only of a click that brought none', () => {
    const needed = { ok: false, code: 'signInNeeded', state: open } as const;
    assert.ok(reply({ kind: 'reviewed', click, reviewed: needed }, languages.en).login);
    const again = { kind: 'reviewed', click: { ...click, token: 'x' }, reviewed: needed } as const;
    assert.deepEqual(reply(again, languages.en), { lines: [languages.en.refusals.signInNeeded] });
  });
});
