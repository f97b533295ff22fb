import { noteView } from '../cards/dialog.ts';
import type { AdaptiveCardJson, CardRenderer } from '../cards/render-card.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Incoming } from '../wire/incoming.ts';
import type { Reply } from './reply.ts';

/**
 * The answer to a click, which the one who pressed alone sees. HTTP says 200 whatever it holds; Teams takes anything else as
 * "try again", and so it does with an empty message.
 */
export type ClickAnswer =
  | {
      readonly statusCode: 200;
      readonly type: 'application/vnd.microsoft.card.adaptive';
      readonly value: AdaptiveCardJson;
    }
  | { readonly statusCode: 200; readonly type: 'application/vnd.microsoft.activity.message'; readonly value: string }
  | {
      readonly statusCode: 401;
      readonly type: 'application/vnd.microsoft.activity.loginRequest';
      readonly value: LoginCard;
    };

/** An OAuth card. Teams answers it with the same click once more, and the person's token for `uri`. */
interface LoginCard {
  readonly text: string;
  readonly connectionName: string;
  /** Teams sends `id` back with the token; nothing is concluded from it. */
  readonly tokenExchangeResource: { readonly id: string; readonly uri: string };
  readonly buttons: readonly [];
}

/** Shows a card in the dialog: opens it, or takes the place of the card there. `title`: in the dialog's own bar. */
export interface DialogAnswer {
  readonly task: {
    readonly type: 'continue';
    readonly value: {
      readonly title: string;
      readonly width: 'medium';
      readonly height: 'medium';
      readonly card: { readonly contentType: string; readonly content: AdaptiveCardJson };
    };
  };
}

export function showInClick({ lines, card, login }: Reply, texts: Texts): ClickAnswer {
  if (login) {
    const { connectionName, resource: uri, requestId: id } = login;
    const value = { text: texts.signIn, connectionName, tokenExchangeResource: { id, uri }, buttons: [] } as const;
    return { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value };
  }
  if (card) return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
  return message(lines.join('\n'));
}

/** Answers no body where the dialog has done what it was for: then Teams closes it. */
export function showInDialog(reply: Reply, cards: CardRenderer, texts: Texts): DialogAnswer | null {
  const { lines, card, shows, title } = reply;
  if (shows) return null;
  const own = texts.dialog;
  const content = card ?? cards.render('dialog-note', noteView(title ?? own.refused, lines, texts));
  const shown = { contentType: 'application/vnd.microsoft.card.adaptive', content };
  const bar = card && title !== undefined ? title : own.title;
  return { task: { type: 'continue', value: { title: bar, width: 'medium', height: 'medium', card: shown } } };
}

/**
 * What a person of another organisation is told who presses a button in a shared channel, privately: always the same,
 * because nothing is looked up. `null` where Teams waits for no answer.
 */
export function refusalForOutsider(incoming: Incoming): object | null {
  if (incoming.type !== 'invoke' || !('via' in incoming)) return null;
  const { notMember } = textsFor('by' in incoming ? incoming.by.locale : incoming.locale).refusals;
  return incoming.via === 'click' ? message(notMember) : { task: { type: 'message', value: notMember } };
}

function message(value: string): ClickAnswer {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value };
}
