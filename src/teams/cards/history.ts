import type { History, Past } from '../../app/lookups.ts';
import { isSettled } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { writePage } from '../wire/page.ts';
import { aroundOf } from './around.ts';
import { headlineOf, wasStopped } from './headline.ts';
import { shownName, shownPerson, shownReason, shownUpn, whyDecided } from './shown.ts';
import { type ListData, statusOf } from './status.ts';

/** What happened to one account. @param path where each page after the first began, up to this one */
export function historyView(
  { account, requests, older, complete }: Extract<History, { kind: 'found' }>,
  path: readonly number[],
  texts: Texts,
): ListData {
  const { lookUp } = texts;
  const turn = (title: string, to: readonly number[]) => ({
    title,
    page: writePage({ view: 'history', accountId: account.id, path: to }),
  });
  const nothing = path.length > 0 ? lookUp.noOlder : lookUp.noHistory;
  const notes = [...(requests.length === 0 ? [nothing] : []), ...(complete ? [] : [lookUp.incomplete])];
  return {
    lang: texts.lang,
    fallbackText: lookUp.historyFallback(account.id),
    title: lookUp.historyTitle,
    person: { name: shownName(account), upn: shownUpn(account), job: null, facts: [] },
    entries: requests.map((past) => entryOf(past, account.id, texts)),
    note: notes.length > 0 ? notes.join(texts.marks.sentence) : null,
    older: older === null ? null : turn(lookUp.older, [...path, older]),
    newer: path.length === 0 ? null : turn(lookUp.newer, path.slice(0, -1)),
  };
}

function entryOf({ state, here }: Past, accountId: string, texts: Texts): ListData['entries'][number] {
  const { lookUp } = texts;
  const { by, at, expiresAt, reason, targets, code } = state.request;
  const { decision, stopped } = state;
  const result = state.results.get(accountId);
  const settled = isSettled(result) && result && result.outcome !== 'unknown' ? result : null;
  const isStopped = settled !== null && wasStopped(settled);
  const waits = state.phase === 'requested';
  const why = settled && 'code' in settled ? [lookUp.why(texts.failures[settled.code])] : [];
  const decided = decision
    ? [
        [
          lookUp.decidedBy(decision.verb, shownPerson(decision.by), decision.at),
          ...(here ? whyDecided(decision, texts, 'onList') : []),
        ].join(''),
      ]
    : [];
  const told = reason === null ? [] : [lookUp.reason(shownReason(reason, 'onList'))];
  return {
    name: settled
      ? isStopped
        ? texts.closedTitle.stopped
        : texts.resultTitle[settled.outcome]
      : waits
        ? lookUp.waitsUntil(at, expiresAt)
        : headlineOf(state, texts).title,
    // Elsewhere the code finds nothing.
    code: here ? code : null,
    says: statusOf({ code }),
    color: why.length > 0 && !isStopped ? 'attention' : 'default',
    lines: [
      targets.length === 1
        ? lookUp.askedBy(shownPerson(by), at)
        : lookUp.askedForOneOf(shownPerson(by), at, targets.length),
      // A reason was written for those who are in that conversation, and everyone here reads this.
      ...(here ? told : [lookUp.elsewhere((reason ?? decision?.reason) !== undefined)]),
      ...decided,
      ...(stopped ? [lookUp.timeline.stopped(shownPerson(stopped.by))] : []),
      ...why,
      ...(settled?.outcome === 'verified' ? [lookUp.proof(settled.validFrom)] : []),
      // What the logs told was read for those who are in that conversation.
      ...(here ? aroundOf(state, accountId, texts) : []),
    ],
  };
}
