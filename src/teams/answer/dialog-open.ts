import { randomUUID } from 'node:crypto';
import type { Log, TargetReference } from '../../app/ports.ts';
import type { SuggestPeople } from '../../app/resolve-targets.ts';
import { dialogView, type Entered, installView, noteView } from '../cards/dialog.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import type { IsInstalled } from '../chat/is-installed.ts';
import { addressesIn } from '../sentence/message-addresses.ts';
import type { Texts } from '../texts/en.ts';
import type { Speaker } from '../wire/actor.ts';
import { type DialogAnswer, dialog } from './dialog-answer.ts';
import { startClock } from './in-time.ts';

interface Deps {
  readonly suggestPeople: SuggestPeople;
  readonly isInstalled: IsInstalled;
  readonly cards: CardRenderer;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

interface Opening {
  readonly message: unknown;
  readonly installed: boolean;
  /** What had been entered when the bot turned out not to be there; stands for the message. */
  readonly entered: Entered | null;
}

const byId = (text: string): TargetReference => ({ kind: 'objectId', text });

/** Looked up while somebody waits for the dialog; the others stay as they were written. */
const mostLookedUp = 10;

/**
 * The dialog, filled in with the people whose addresses stand in the message. It opens in time whatever Graph does: what is
 * not known by then stays an address, and who may ask is checked when it is submitted.
 */
export function createOpenDialog({ suggestPeople, isInstalled, cards, sleep, log }: Deps) {
  return async function openDialog(
    { person, conversation }: Speaker,
    { message, installed, entered }: Opening,
    texts: Texts,
  ): Promise<DialogAnswer> {
    const own = texts.dialog;
    const inTime = startClock(sleep);
    const { references, more } = entered ? { references: entered.people.map(byId), more: false } : addressesIn(message);
    const suggesting = suggestPeople(person, references.slice(0, mostLookedUp)).catch((error: unknown) => {
      log.warn({ err: error }, 'the dialog was opened without looking anybody up');
      return null;
    });
    const [suggested, here] = await Promise.all([
      inTime(suggesting),
      // Right after it was added, Teams may not know it yet.
      installed ? true : inTime(isInstalled(conversation, person.id)),
    ]);
    if (suggested?.kind === 'refused') {
      return dialog(
        own.title,
        cards.render('dialog-note', noteView(own.refused, [texts.refusals[suggested.code]], texts)),
      );
    }
    if (here === false) return dialog(own.title, cards.render('dialog-install', installView(texts)));

    const accounts = (suggested?.suggestions ?? []).flatMap(({ account }) => (account ? [account] : []));
    const known = new Set(
      (suggested?.suggestions ?? []).flatMap(({ account, reference }) => (account ? [reference] : [])),
    );
    const addressOf = new Map(accounts.map(({ id, upn }) => [id, upn]));
    const shown = { opening: randomUUID(), problems: [], addressOf };
    if (entered)
      return dialog(own.title, cards.render('dialog', dialogView(entered, { ...shown, notices: [] }, texts)));
    const written = references.filter((reference) => !known.has(reference)).map(({ text }) => text);
    const notices = [
      ...(message === undefined ? [] : [references.length > 0 ? own.filledIn : own.nothingFound]),
      ...(more ? [own.notAll] : []),
      ...(suggested === null && references.length > 0 ? [own.notLookedUp] : []),
    ];
    const view = dialogView(
      {
        people: [...new Set(accounts.map(({ id }) => id))],
        addresses: written.join('\n'),
        reason: '',
        whatIf: false,
      },
      { ...shown, notices },
      texts,
    );
    return dialog(own.title, cards.render('dialog', view));
  };
}

export type OpenDialog = ReturnType<typeof createOpenDialog>;
