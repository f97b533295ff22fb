import type { AdaptiveCardJson } from '../cards/render-card.ts';

/** The body of the answer to an invoke about a dialog. Without a task there is no body, and Teams closes the dialog. */
export interface DialogAnswer {
  readonly task?: {
    readonly type: 'continue';
    readonly value: {
      readonly title: string;
      readonly width: 'medium';
      readonly height: 'medium';
      readonly card: { readonly contentType: string; readonly content: AdaptiveCardJson };
    };
  };
}

export const closed: DialogAnswer = {};

/** Shows the card in the dialog: opens it, or takes the place of the card there. `title`: in the dialog's own bar. */
export function dialog(title: string, content: AdaptiveCardJson): DialogAnswer {
  const card = { contentType: 'application/vnd.microsoft.card.adaptive', content };
  return { task: { type: 'continue', value: { title, width: 'medium', height: 'medium', card } } };
}
