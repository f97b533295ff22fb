import { randomUUID } from 'node:crypto';
import type { Log } from '../app/ports.ts';
import type { SuggestPeople } from '../app/suggest-people.ts';
import type { Speaker } from './actor.ts';
import { type DialogAnswer, dialog } from './dialog-answer.ts';
import type { IsInstalled } from './is-installed.ts';
import { addressesIn } from './message-addresses.ts';
import { answerWithinMs } from './on-click.ts';
import type { CardRenderer } from './render-card.ts';
import type { Texts } from './texts/en.ts';
import { dialogView, installView, noteView } from './views/dialog.ts';

interface Deps {
  readonly suggestPeople: SuggestPeople;
  readonly isInstalled: IsInstalled;
  readonly cards: CardRenderer;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Looked up while somebody waits for the dialog; the others stay as they were written. */
const mostLookedUp = 10;

/**
 * The dialog, filled in with the people whose addresses stand in the message. It opens in time whatever Graph does: what is
 * not known by then stays an address, and who may ask is checked when it is submitted.
 */
export function createOpenDialog({ suggestPeople, isInstalled, cards, sleep, log }: Deps) {
  return async function openDialog(
    { person, conversation }: Speaker,
    { message, installed }: { readonly message: unknown; readonly installed: boolean },
    texts: Texts,
  ): Promise<DialogAnswer> {
    const own = texts.dialog;
    const { references, more } = addressesIn(message);
    const tooLate = sleep(answerWithinMs).then(() => null);
    const suggesting = suggestPeople(person, references.slice(0, mostLookedUp)).catch((error: unknown) => {
      log.warn({ err: error }, 'the dialog was opened without looking anybody up');
      return null;
    });
    const [suggested, here] = await Promise.all([
      Promise.race([suggesting, tooLate]),
      // Right after it was added, Teams may not know it yet.
      installed ? true : Promise.race([isInstalled(conversation, person.id), tooLate]),
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
      {
        opening: randomUUID(),
        problems: [],
        notices,
        addressOf: new Map(accounts.map(({ id, upn }) => [id, upn])),
      },
      texts,
    );
    return dialog(own.title, cards.render('dialog', view));
  };
}

export type OpenDialog = ReturnType<typeof createOpenDialog>;
