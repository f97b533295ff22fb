import { randomUUID } from 'node:crypto';
import type { Log, RequestIdOf, TargetReference } from '../../app/ports.ts';
import type { Ask } from '../../app/submit.ts';
import type { UseCases } from '../../app/use-cases.ts';
import { dialogView, type Entered, installView, whyView } from '../cards/dialog.ts';
import { refusalLine } from '../cards/in-words.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import { unclearLine } from '../cards/unsure.ts';
import type { IsInstalled } from '../chat/roster.ts';
import { addressesIn } from '../sentence/message-addresses.ts';
import { parseTargets } from '../sentence/whom-and-why.ts';
import { seen } from '../sentence/written.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Actor } from '../wire/actor.ts';
import type { Asked } from '../wire/incoming.ts';
import { type Reply, type ReplyTo, words } from './reply.ts';
import { type InTime, startClock } from './respond.ts';

type Opened = Extract<Asked, { kind: 'dialogOpened' }>;
type Sent = Extract<Asked, { kind: 'dialogSent' }>;

interface Deps extends Pick<UseCases, 'submit' | 'suggestPeople' | 'explain'> {
  readonly requestIdOf: RequestIdOf;
  readonly isInstalled: IsInstalled;
  readonly cards: CardRenderer;
  readonly reply: ReplyTo;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Pick<Log, 'warn'>;
}

/** Looked up while a person waits for the dialog; the others stay as they were written. */
const mostLookedUp = 10;
/** People picked whose addresses are looked up, for the dialog to be shown again. */
const mostNamed = 20;
/** For whether the bot is there (unknown by then: it is asked all the same), and if not, whether the person may ask at all. */
const awayWithinMs = 1000;

const byId = (text: string): TargetReference => ({ kind: 'objectId', text });

/** The dialog in which a person enters what to ask for. */
export function createOnDialog(deps: Deps) {
  const { submit, explain, requestIdOf, suggestPeople, isInstalled, cards, reply, sleep, log } = deps;

  return {
    why,
    /**
     * Filled in with the people whose addresses stand in the message. It opens in time whatever Graph does: what is not
     * known by then stays an address, and who may ask is checked when it is sent.
     */
    async opened({ by, message, installed, entered }: Opened, inTime: InTime): Promise<Reply> {
      const texts = textsFor(by.locale);
      const own = texts.dialog;
      const { references, more } = entered
        ? { references: entered.people.map(byId), more: false }
        : addressesIn(message);
      const suggesting = suggestPeople(by.person, references.slice(0, mostLookedUp)).catch((error: unknown) => {
        log.warn({ err: error }, 'the dialog was opened without looking anyone up');
        return null;
      });
      const [suggested, here] = await Promise.all([
        inTime(suggesting),
        // Right after it was added, Teams may not know it yet.
        installed ? true : inTime(isInstalled(by.conversation, by.person.id)),
      ]);
      if (suggested?.kind === 'refused') return words(texts.refusals[suggested.code]);
      if (here === false) return offerToAdd(by);

      const suggestions = suggested?.suggestions ?? [];
      const accounts = suggestions.flatMap(({ account }) => (account ? [account] : []));
      const known = new Set(suggestions.flatMap(({ account, reference }) => (account ? [reference] : [])));
      const shown = {
        opening: randomUUID(),
        problems: [],
        addressOf: new Map(accounts.map(({ id, upn }) => [id, upn])),
      };
      if (entered) return form(by, entered, { ...shown, notices: [] });
      const written = references.filter((reference) => !known.has(reference)).map(({ text }) => text);
      const notices = [
        ...(message === undefined ? [] : [references.length > 0 ? own.filledIn : own.nothingFound]),
        ...(more ? [own.notAll] : []),
        ...(suggested === null && references.length > 0 ? [own.notLookedUp] : []),
      ];
      const people = [...new Set(accounts.map(({ id }) => id))];
      const filled = { people, addresses: written.join('\n'), reason: '', whatIf: false };
      return form(by, filled, { ...shown, notices });
    },

    /** What was entered becomes an ordinary request in the conversation, under the rules for typed ones. */
    async sent({ by, opening, entered }: Sent): Promise<Reply> {
      const texts = textsFor(by.locale);
      const { targets, unclear, reason } = parseTargets(seen(entered.addresses));
      if (unclear.length > 0) return { lines: [unclearLine(unclear, texts)], isAboutEntry: true };
      const picked = entered.people.map(byId);
      if (picked.length + targets.length === 0) return { lines: [texts.dialog.noOneNamed], isAboutEntry: true };
      const { person, conversation, locale } = by;
      const asked = { targets: [...picked, ...targets], reason: entered.reason || reason };
      const requestId = requestIdOf(conversation.id, `dialog ${opening} ${contentOf(asked)}`, person.id);
      const away = await whyNotHere(by, entered);
      if (away) return away;
      const dryRun = entered.whatIf;
      const submitted = await submit({ requestId, by: person, conversation, ...asked, dryRun, locale });
      return reply(submitted.kind === 'preview' ? { ...submitted, inDialog: true } : submitted, texts);
    },

    /** The same dialog with what was entered, and what is wrong with it. */
    async again({ by, opening, entered }: Sent, problems: readonly string[], inTime: InTime): Promise<Reply> {
      const addressOf = (await inTime(addressesOf(by, entered.people))) ?? new Map<string, string>();
      return form(by, entered, { opening, problems, notices: [], addressOf });
    },
  };

  /** Why a request was denied: asked in a small dialog, or, where a client has none, for the person to type. */
  async function why(asked: Pick<Extract<Asked, { kind: 'why' }>, 'by' | 'requestId' | 'reason'>): Promise<Reply> {
    const { by, requestId, reason } = asked;
    const texts = textsFor(by.locale);
    const { title } = texts.why;
    const { state, refused } = await explain({ requestId, by: by.person, where: by.conversation.id, reason });
    if (refused !== null || state.phase === 'none') {
      return { lines: [refusalLine({ code: refused ?? 'unknownRequest', state }, texts)], title };
    }
    if (reason !== null) return { lines: [], shows: true, due: requestId };
    const card = cards.render('dialog-why', whyView(requestId, state.request, texts));
    const { code, conversation } = state.request;
    const typed = texts.why.typed(code, conversation.kind !== 'personal');
    return { lines: [typed], card, title, isPrivate: true };
  }

  /**
   * Asked anew: the bot may have been removed since the dialog was opened, and then could not say here what it is asked.
   * A person who may not ask is told that instead, as far as it can be read in time.
   */
  async function whyNotHere(by: Actor, entered: Entered): Promise<Reply | null> {
    const { person, conversation, locale } = by;
    const here = await startClock(sleep, awayWithinMs)(isInstalled(conversation, person.id));
    if (here !== false) return null;
    const asking = await startClock(sleep, awayWithinMs)(suggestPeople(person, []).catch(() => null));
    return asking?.kind === 'refused' ? words(textsFor(locale).refusals[asking.code]) : offerToAdd(by, entered);
  }

  function offerToAdd({ locale }: Actor, entered: Entered | null = null): Reply {
    return { lines: [], card: cards.render('dialog-install', installView(textsFor(locale), entered)), isPrivate: true };
  }

  function form({ locale }: Actor, entered: Entered, shown: Parameters<typeof dialogView>[1]): Reply {
    return { lines: [], card: cards.render('dialog', dialogView(entered, shown, textsFor(locale))), isPrivate: true };
  }

  /** By object id. The person may ask: otherwise this would not be shown again. */
  async function addressesOf({ person }: Actor, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const references = people.slice(0, mostNamed).map(byId);
    if (references.length === 0) return new Map();
    const suggested = await suggestPeople(person, references).catch(() => null);
    const found = suggested?.kind === 'suggested' ? suggested.suggestions : [];
    return new Map(found.flatMap(({ account }) => (account ? [[account.id, account.upn]] : [])));
  }
}

export type OnDialog = ReturnType<typeof createOnDialog>;

/**
 * Of a dialog that was opened once, the same content sent twice asks once; what was changed after an answer in doubt
 * is another request, because no one may take those for asked who were not.
 */
function contentOf({
  targets,
  reason,
}: Pick<Ask, 'reason'> & { readonly targets: readonly TargetReference[] }): string {
  return JSON.stringify([[...new Set(targets.map(({ text }) => text.toLowerCase()))].toSorted(), reason]);
}
