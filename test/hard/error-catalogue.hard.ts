import assert from 'node:assert/strict';
import tls from 'node:tls';
import sinon from 'sinon';
import { countsForMs } from '../../src/app/handover.ts';
import type { Call, TargetResult } from '../../src/domain/result.ts';
import { personIds } from '../../src/local/people.ts';
import { toDoNow } from '../../src/teams/cards/why-not.ts';
import { en } from '../../src/teams/texts/en.ts';
import { type Case, catalogue, wanted } from '../graph/error-catalogue.ts';
import { runs } from '../support/chance.ts';
import type { SaidInChat } from '../support/fake-chat.ts';
import { type Certificates, createCertificates } from '../support/production/ca.ts';
import { CARD_TYPE, shownBy } from '../support/production/card.ts';
import { createResponder, type Responder } from '../support/responder.ts';
import { directoryProblems } from '../support/samples.ts';
import { raw, type Seen, startTroubledGraph, type TroubledGraph } from '../support/troubled-graph.ts';

/** Each answer is tried as a write and as a read; as what a decision and what the card is read from, one of so many. */
const oneOf = runs(1) > 1 ? 1 : 3;
const { adele } = personIds;
/** Of the link to the account, which is the bot's own. */
const adminCenterPage = 'Microsoft_AAD_UsersAndTenants';
const ask = 'revoke sessions for adele@contoso.example';
/** What people read when Graph answers badly has to end in something that they can do. */
const whatToDo =
  /\b(?:try again|request it again|retry|revoke in Entra|tell the bot’s admin|check the spelling|nothing to revoke|home organization|emergency accounts|administrator of that unit)\b/i;
const isWrite = ({ method, path }: Seen) => method === 'POST' && path.endsWith('/revokeSignInSessions');
const isUser = ({ method, path }: Seen) => method === 'GET' && /\/users\/[^/?]+\?/.test(path);
const isFact = ({ path }: Seen) =>
  /signInActivity|riskyUsers|microsoft\.graph\.directoryRole|roleEligibility/.test(path);

describe('the catalogue of what Graph may answer, through real sockets', () => {
  let certificates: Certificates;
  let graph: TroubledGraph;
  let elsewhere: TroubledGraph;
  const trusted = tls.getCACertificates();
  const pending = new Set<AbortController>();
  const passDeadlines = () => {
    for (const one of pending) one.abort(new DOMException('The operation timed out', 'TimeoutError'));
    pending.clear();
  };

  before(async () => {
    certificates = await createCertificates();
    // These servers alone: whoever connects reads all that is trusted.
    tls.setDefaultCACertificates([certificates.ca]);
    [graph, elsewhere] = await Promise.all([startTroubledGraph(certificates), startTroubledGraph(certificates)]);
    // The pauses between reads that are repeated, and nothing else, pass a thousand times as fast.
    const { setTimeout: wait } = globalThis;
    sinon.stub(globalThis, 'setTimeout').callsFake(((work: () => void, ms = 0) => wait(work, ms / 1000)) as never);
    // What hangs has passed its deadline as soon as Graph has received it.
    sinon.stub(AbortSignal, 'timeout').callsFake(() => {
      const controller = new AbortController();
      pending.add(controller);
      return controller.signal;
    });
  });
  after(async () => {
    sinon.restore();
    tls.setDefaultCACertificates(trusted);
    await Promise.all([graph.close(), elsewhere.close(), certificates.remove()]);
  });
  beforeEach(() => {
    graph.trouble = () => undefined;
    graph.onHang = passDeadlines;
    graph.seen.length = 0;
    pending.clear();
  });
  afterEach(() => {
    assert.deepEqual(elsewhere.seen, [], 'nothing, and no token, goes to another host');
    assert(!graph.seen.some(({ path }) => path.includes('elsewhere')), 'no redirect is followed');
  });

  /** From now on, every request that `hits` is answered as the row says. */
  function answer(row: Case, { asked }: Responder, hits: (request: Seen) => boolean, done = false): void {
    const isGood = ({ headers }: Seen) => {
      const [, number] = /^Bearer token-(\d+)$/.exec(headers.authorization ?? '') ?? [];
      return row.untilClaims && asked[Number(number) - 1]?.claims === wanted;
    };
    graph.trouble = (request) => {
      const [, id = ''] = /\/users\/([^/?]+)/.exec(request.path) ?? [];
      const isOther = row.ofUser && !isWrite(request) && !isUser(request) && !isFact(request);
      if (!hits(request) || isOther || isGood(request)) return undefined;
      return { odd: row.odd({ elsewhere: elsewhere.root, own: graph.root, id }), done };
    };
  }

  function textsOf(said: readonly SaidInChat[]): readonly string[] {
    for (const { text, card, summary } of said) {
      assert.doesNotMatch(JSON.stringify([text, card, summary]).replaceAll(adminCenterPage, ''), raw);
    }
    return said.map(({ text, card }) => text ?? shownBy({ attachments: [{ contentType: CARD_TYPE, content: card }] }));
  }

  /** A card that waits for its approval. */
  async function askedCard() {
    const responder = createResponder(graph);
    const texts = textsOf(await responder.says(responder.alex, ask));
    assert.match(texts.join(), /Adele Vance/);
    const [id = ''] = await responder.openIds();
    const { request } = await responder.state(id);
    graph.seen.length = 0;
    return { responder, id, approve: `approve ${request.code}`, texts };
  }

  /** Approves, and sees to it that every write that left is on record, under its own id, sent as often as it may be. */
  async function approved(
    { responder, id, approve }: Awaited<ReturnType<typeof askedCard>>,
    { sent: most = 1, whenApproved = () => {} }: { readonly sent?: number; readonly whenApproved?: () => void } = {},
  ) {
    const texts = textsOf(await responder.says(responder.megan, approve, whenApproved));
    const writes = Map.groupBy(graph.seen.filter(isWrite), ({ headers }) => headers['client-request-id']);
    for (const sent of writes.values()) assert.equal(sent.length, most);
    const calls = (await responder.events(id)).flatMap((event): readonly Call[] =>
      event.type === 'ExecutionStarted' ? event.calls : [],
    );
    assert.deepEqual(
      calls.map(({ clientRequestId }) => clientRequestId),
      [...writes.keys()],
    );
    const { results, phase } = await responder.state(id);
    const result: TargetResult | undefined = results.get(adele);
    assert(result);
    return { writes: writes.size, result, phase, shown: texts.at(-1) ?? '', texts };
  }

  for (const [index, row] of catalogue.entries()) {
    it(`a write: ${row.name}`, async () => {
      const card = await askedCard();
      answer(row, card.responder, isWrite);
      const { writes, result, shown, texts } = await approved(card, row);
      if (row.write === 'verified' || row.write === 'unverified') {
        assert.deepEqual([result.outcome, writes], [row.write, 1]);
        if (row.write === 'unverified') assert(shown.includes(en.notVerified.text), shown);
        return;
      }
      assert.deepEqual([result.outcome, 'code' in result && result.code], ['failed', row.write]);
      assert(shown.includes(en.failures[row.write]), shown);
      assert(shown.includes(toDoNow([result], en) ?? ''), shown);
      // What was refused is not asked again; what may work later is, until the approval runs out.
      const isFinal = ['missingPermission', 'rejected'].includes(row.write);
      assert(isFinal ? writes === 1 : writes >= 1, `${writes} writes`);
      assert(texts.some((text) => text.includes('Not revoked')));
    });

    it(`a read: ${row.name}`, async () => {
      const responder = createResponder(graph);
      answer(row, responder, () => true);
      const [told = '', ...more] = textsOf(await responder.says(responder.alex, ask));
      if (row.read === null) return assert.match(told, /Adele Vance/);
      const sentence = en.problem(row.read);
      assert.deepEqual([told, more], [sentence, []]);
      assert.match(sentence, whatToDo);
      assert.deepEqual(await responder.openIds(), []);
    });

    const isDue = index % oneOf === 0;
    if (isDue)
      it(`a decision, and the last look before the write: ${row.name}`, async () => {
        const card = await askedCard();
        const { responder, id, approve } = card;
        const begin = () => answer(row, responder, (request) => !isWrite(request));
        begin();
        if (row.read !== null) {
          const [told, ...more] = textsOf(await responder.says(responder.megan, approve));
          assert.deepEqual([told, more], [en.problem(row.read), []]);
          assert.equal((await responder.state(id)).phase, 'requested');
        }
        graph.trouble = () => undefined;
        // So late that what the approval read does not count any more.
        const whenApproved = () => {
          responder.pass(countsForMs);
          begin();
        };
        const { result, writes, shown } = await approved(card, { whenApproved });
        if (row.read === null) return assert.equal(result.outcome, 'verified');
        assert.equal(writes, 0, 'nobody is revoked who cannot be looked at');
        const code = row.read === 'missingPermission' ? 'cannotRead' : row.read;
        assert('code' in result && result.code === code, JSON.stringify(result));
        assert(shown.includes(en.failures[result.code]), shown);
      });

    if (isDue)
      it(`facts that are good to have: ${row.name}`, async () => {
        // The deadline of one is everybody's here, so what is read beside the facts gets a moment (200 ms, with time as it is here).
        const isHanging = row.odd({ elsewhere: '', own: '', id: '' }) === 'hang';
        const responder = createResponder(graph);
        if (isHanging) graph.onHang = () => void setTimeout(passDeadlines, 200_000);
        answer(row, responder, isHanging ? ({ path }) => path.includes('riskyUsers') : isFact);
        const [card = ''] = textsOf(await responder.says(responder.alex, ask));
        assert.match(card, /Adele Vance/);
        const [id = ''] = await responder.openIds();
        const { facts } = (await responder.state(id)).request.targets[0] ?? {};
        // Whom the list of risky users does not hold is not at risk.
        const isKnown = row.read === null || row.read === 'notFound';
        assert.equal(facts?.risk.known, isKnown);
        if (isKnown) assert.deepEqual(facts?.risk, { known: true, value: 'none' });
        if (row.read === null) return;
        if (!isHanging) assert.equal(facts?.roles.known, false);
        assert.match(card, /not available/);
      });

    if (row.write !== 'noAnswer') continue;
    it(`a write that was done all the same: ${row.name}`, async () => {
      const card = await askedCard();
      answer(row, card.responder, isWrite, true);
      const { result, writes, shown } = await approved(card);
      assert.deepEqual([result.outcome, writes], ['verified', 1], 'reading back shows it, and it is not done again');
      assert.match(shown, /Sessions revoked, verified/);
    });
  }

  it('tells what to do in every sentence of a problem or a failure', () => {
    for (const problem of directoryProblems) assert.match(en.problem(problem), whatToDo);
    for (const [code, sentence] of Object.entries(en.failures)) {
      const result = { outcome: 'failed', code } as TargetResult;
      assert.match(`${sentence} ${toDoNow([result], en) ?? ''}`, whatToDo, code);
    }
  });
});
