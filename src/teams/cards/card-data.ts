/**
 * What each Adaptive Card in `cards/` is filled with.
 *
 * Every string arrives ready to read: in the reader's language, with dates and numbers formatted. The templates hold
 * no words, no rules and no arithmetic. Fields marked *trusted* become TextBlocks or button titles, where Teams reads
 * Markdown: they must be our own words. Every other string lands in a TextRun and is shown literally, so it may hold
 * whatever a directory, a person or an error says.
 *
 * Nothing is optional: `null` or an empty list leaves a part out. A field forgotten is then a compile error, and not a
 * `${…}` in front of a reader.
 */

/** Language of the words on the card, for screen readers. */
type CardLanguage = 'en' | 'ja' | 'zh';

/** Colour of a band. It repeats what the words in it say; `default` is no colour. */
export type BandStyle = 'default' | 'emphasis' | 'accent' | 'good' | 'warning' | 'attention';

/** How a piece of a sentence looks: `subtle` for labels, `strong` for names, `code` for what is typed or looked up. */
type RunLook = 'plain' | 'subtle' | 'strong' | 'code';

/** A piece of a sentence, shown literally. Spaces between pieces belong to the pieces. */
export interface Run {
  readonly text: string;
  readonly look: RunLook;
}

/** One line made of pieces, so that each language can put a name where its grammar wants it. Never empty. */
export type Line = readonly Run[];

/** A label with its value, such as `Last sign-in` and `2026-11-21 02:41 UTC, 24 min ago`. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly look: RunLook;
}

/** The one account a request is about: its name is the largest thing on the card. */
export interface Person {
  readonly name: string;
  readonly upn: string;
  /** Job title and department. */
  readonly job: string | null;
  readonly facts: readonly Fact[];
}

/** One of several accounts, in one or two lines. */
export interface PersonLine {
  readonly name: string;
  readonly upn: string;
  /** What an approver must know of this one, such as a directory role. */
  readonly note: string | null;
}

/**
 * One of several accounts with what became of it. `attention` marks what went wrong. There is no green and no yellow:
 * as text they are hardly legible in Teams' light theme.
 */
export interface PersonOutcome {
  readonly name: string;
  readonly upn: string;
  readonly outcome: string;
  readonly color: 'default' | 'attention';
  /** Why, or null where there is nothing to explain. */
  readonly reason: string | null;
}

/** Accounts that were named in the request and are not part of it. */
export interface LeftOut {
  /** Trusted. */
  readonly heading: string;
  /** At least one; the caller caps the list. */
  readonly lines: readonly { readonly who: string; readonly why: string }[];
  /** "and 12 more", or null. */
  readonly more: string | null;
}

/** A heading with lines under it. */
interface Section {
  /** Trusted. */
  readonly heading: string;
  readonly lines: readonly Line[];
}

/** A button: the verb stands in the template, the request's id is all it carries. */
interface Button {
  /**
   * Trusted. Short: a phone cuts what does not fit. All buttons of a card share one line of 288 px, of which each takes
   * 34 px besides its words: some 24 letters for three buttons.
   */
  readonly title: string;
  readonly requestId: string;
}

interface CardBase {
  readonly lang: CardLanguage;
  /** Trusted. Shown, and read aloud, by clients that cannot show the card. */
  readonly fallbackText: string;
  /** Trusted. */
  readonly title: string;
}

interface RequestCard extends CardBase {
  /** The short code of the request, such as `K7F3`. */
  readonly code: string;
}

interface TargetsShown {
  /** The only account; null where there are several. */
  readonly person: Person | null;
  /** Several accounts; the caller caps the list. Empty where there is one. */
  readonly people: readonly PersonLine[];
  /** "and 295 more", or null. */
  readonly more: string | null;
  /** Leads to all of them; null where all are shown. */
  readonly all: PageButton | null;
}

/** Asks somebody to approve. */
export interface ApprovalData extends RequestCard, TargetsShown {
  readonly leftOut: LeftOut | null;
  /** Rules that change what the reader may do; empty where none does. */
  readonly warnings: readonly string[];
  /** Who asks and why. */
  readonly request: Line;
  /** Who can approve; null where the line above says it. */
  readonly approvers: Line | null;
  /** What will happen, and what will not, one sentence each. */
  readonly effects: readonly string[];
  /** Why the reader has no button to approve; null where it is not known who reads, or where there is one. */
  readonly yours: string | null;
  /** Leads to the alert of the app that asked; null where there is none, or its host is not one of the settings'. */
  readonly openAlert: { readonly title: string; readonly url: string } | null;
  /** Null where it is known that the reader may not. */
  readonly approve: Button | null;
  /** Null where there is nobody to refuse: a person's own sessions. */
  readonly deny: Button | null;
  readonly cancel: Button | null;
  /** Until when, and what to type where buttons fail. */
  readonly footer: Line;
}

/** Approved and being carried out. */
export interface ProgressData extends RequestCard, TargetsShown {
  /** How far, for many accounts. `done` and `rest` are whole per cents that add up to 100. */
  readonly bar: { readonly done: number; readonly rest: number; readonly text: string } | null;
  /** Who approved, who asked. */
  readonly record: readonly Line[];
  /** Why it does not go on, and who can change that; null while it does. */
  readonly notice: Line | null;
  /** Verb `continue`: the approver signs in again; null where nothing waits for that. */
  readonly goOn: Button | null;
  /** Verb `stop`; null where stopping makes no sense. */
  readonly stop: Button | null;
  /** Verb `cancel`, while it is decided elsewhere; null once that is done. */
  readonly cancel: Button | null;
}

/** The card that asked, once all is over, however it ended. */
export interface ClosedData extends RequestCard, TargetsShown {
  readonly style: BandStyle;
  /** Who asked and why, who decided, when. */
  readonly record: readonly Line[];
}

/** What became of the request. */
export interface ResultData extends RequestCard {
  readonly style: BandStyle;
  /** Trusted: a line with a mention of the requester, as markup; null where nobody is called. */
  readonly called: string | null;
  readonly person: Person | null;
  /** Several accounts, what went wrong first; the caller caps the list. */
  readonly people: readonly PersonOutcome[];
  readonly more: string | null;
  readonly all: PageButton | null;
  readonly leftOut: LeftOut | null;
  /** Who asked, who approved, when it was done. */
  readonly record: readonly Line[];
  /** What ends within minutes, may live until, not covered, next: a label with its text. */
  readonly consequences: readonly { readonly label: string; readonly text: string }[];
  /** What to run next, ready to copy: one PowerShell line each. */
  readonly commands: readonly string[];
  /** What to look up later: Graph's request ids, the head of the trail. One line each. */
  readonly trace: readonly string[];
  /** Verb `retry`; null where nothing failed. */
  readonly retry: Button | null;
  /** Verb `again`: the same accounts, once something about them was changed. */
  readonly again: Button | null;
}

/** Dry run: what would be asked, checked and sent. There is no request, so there is no code. */
export interface WhatIfData extends CardBase, Omit<TargetsShown, 'all'> {
  /** Says that nothing was asked and nothing was sent. */
  readonly notice: string;
  readonly leftOut: LeftOut | null;
  readonly warnings: readonly string[];
  /** What would be asked, checked and sent. */
  readonly sections: readonly Section[];
}

/** The sentences to type. */
export interface HelpData extends CardBase {
  readonly intro: string | null;
  readonly commands: readonly { readonly sentence: string; readonly does: string }[];
  readonly footer: Line | null;
}

/** A field of a dialog, shown with its label. `value` is what somebody wrote, and is shown as it is. */
interface Field {
  /** Trusted. */
  readonly label: string;
  /** Trusted. */
  readonly placeholder: string;
  readonly value: string;
}

/** A dialog that asks what to ask for. The only card with inputs: a dialog has no copies that others see. */
export interface DialogData extends CardBase {
  /** Why what was entered cannot be asked; empty when it opens. */
  readonly problems: readonly { readonly text: string }[];
  readonly notices: readonly { readonly text: string }[];
  /** `value`: object ids with commas between. `choices`: those of them that are known, by an address. */
  readonly people: Field & { readonly choices: readonly { readonly title: string; readonly value: string }[] };
  readonly addresses: Field;
  readonly reason: Field;
  readonly whatIf: { readonly title: string; readonly value: 'true' | 'false' };
  /** `opening` comes back with what was entered: the same dialog submitted twice asks once. */
  readonly submit: { readonly title: string; readonly opening: string };
}

/** A dialog with nothing to enter. */
export interface DialogNoteData extends CardBase {
  readonly lines: readonly { readonly text: string }[];
}

/** A dialog that offers to add the bot to the conversation. */
export interface DialogInstallData extends DialogNoteData {
  /** `entered`: what dialog-call.ts reads; nobody reads it on the card. */
  readonly add: { readonly title: string; readonly entered: string };
}

/** A button that leads to another page, for the one who presses it alone. */
export interface PageButton {
  /** Trusted. Short, as on a {@link Button}. */
  readonly title: string;
  /** What page-action.ts reads. */
  readonly page: string;
}

interface Paged {
  /** Verb `page`; null where there is nothing older. */
  readonly older: PageButton | null;
  readonly newer: PageButton | null;
}

/** One request with what happened to it. */
export interface StatusData extends RequestCard, Paged {
  readonly style: BandStyle;
  /** The only account; null where there are several. */
  readonly person: Person | null;
  /** Several accounts in one line; null where there is one. */
  readonly accounts: string | null;
  readonly all: PageButton | null;
  /** Who asked and why, until when. */
  readonly lines: readonly string[];
  /** Trusted. */
  readonly heading: string;
  /** The oldest first; at least one, and the caller caps the list. */
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  /** What was read back, and the head of the trail. */
  readonly proof: readonly string[];
  /** Opens the message with the card; null where Teams has no link to it. */
  readonly open: { readonly title: string; readonly url: string } | null;
}

/** Requests in a list: those open in a conversation, or those about one account. */
export interface ListData extends CardBase, Paged {
  /** Whom the list is about; null where it is about a conversation. */
  readonly person: Person | null;
  readonly entries: readonly {
    readonly name: string;
    /** To be typed behind `status`; null where that does not work here. */
    readonly code: string | null;
    readonly color: 'default' | 'attention';
    /** The caller caps the list. */
    readonly lines: readonly string[];
  }[];
  /** What is missing, or that there is nothing. */
  readonly note: string | null;
  readonly footer: Line | null;
}

/** Sentences that could be meant, each with a button that says it for whoever presses it. */
export interface SuggestionData extends CardBase {
  /** What is unclear, and that nothing was asked. */
  readonly lines: readonly { readonly text: string }[];
  /** At least one; the caller caps the list. `title`: trusted. `says`: read by nobody. */
  readonly options: readonly { readonly shown: string; readonly says: string; readonly title: string }[];
}

/** Every card by the name of its file in `cards/`. */
interface CardDataByName {
  approval: ApprovalData;
  progress: ProgressData;
  closed: ClosedData;
  result: ResultData;
  'what-if': WhatIfData;
  suggestion: SuggestionData;
  help: HelpData;
  status: StatusData;
  list: ListData;
  dialog: DialogData;
  'dialog-note': DialogNoteData;
  'dialog-install': DialogInstallData;
}

export type CardName = keyof CardDataByName;

export type CardDataOf<K extends CardName> = CardDataByName[K];

/** A card as it goes into an attachment of type `application/vnd.microsoft.card.adaptive`. */
export interface AdaptiveCardJson {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly fallbackText: string;
  readonly body: readonly Record<string, unknown>[];
  readonly [property: string]: unknown;
}
