import { noteView } from '../cards/dialog.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Actor } from '../wire/actor.ts';
import type { DialogCall } from '../wire/dialog-call.ts';
import { type DialogAnswer, dialog } from './dialog-answer.ts';
import type { OpenDialog } from './dialog-open.ts';
import type { SubmitDialog } from './dialog-submit.ts';

interface Deps {
  readonly openDialog: OpenDialog;
  readonly submitDialog: SubmitDialog;
  readonly cards: CardRenderer;
}

/** Answers invokes about the dialog, within the time Teams gives; whatever is refused is said in the dialog. */
export function createOnDialog({ openDialog, submitDialog, cards }: Deps) {
  const refuse = (why: string, texts: Texts): DialogAnswer =>
    dialog(texts.dialog.title, cards.render('dialog-note', noteView(texts.dialog.refused, [why], texts)));

  return {
    refuse,
    async answer(
      { speaker, locale }: { readonly speaker: Actor; readonly locale: string },
      call: DialogCall,
    ): Promise<DialogAnswer> {
      const texts = textsFor(locale);
      switch (call.kind) {
        case 'dialogOpened':
          return openDialog(speaker, call, texts);
        case 'dialogSent':
          return submitDialog(speaker, { ...call, locale }, texts);
        case 'unknownDialog':
          return refuse(texts.unknownInvoke, texts);
        default:
          return call satisfies never;
      }
    },
  };
}

export type OnDialog = ReturnType<typeof createOnDialog>;
