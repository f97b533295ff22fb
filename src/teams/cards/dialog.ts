import type { Requested } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import type { Button, CardBase, RequestCard } from './parts.ts';
import { whom } from './shown.ts';

/** A field of a dialog, shown with its label. `value` is what a person wrote, and is shown as it is. */
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

/** A dialog that asks why a request was denied. */
export interface DialogWhyData extends RequestCard {
  /** Whose sessions. */
  readonly about: string;
  readonly reason: Field;
  readonly submit: Button;
}

/** A dialog with nothing to enter. */
export interface DialogNoteData extends CardBase {
  readonly lines: readonly { readonly text: string }[];
}

/** A dialog that offers to add the bot to the conversation. */
export interface DialogInstallData extends DialogNoteData {
  /** `entered`: what dialog-call.ts reads; it is not shown on the card. */
  readonly add: { readonly title: string; readonly entered: string };
}

/** What stands in the fields of the dialog: filled in from a message, or entered by the person. */
export interface Entered {
  /** Object ids. */
  readonly people: readonly string[];
  /** Untrusted text. */
  readonly addresses: string;
  /** Untrusted text. */
  readonly reason: string;
  readonly whatIf: boolean;
}

interface Shown {
  readonly opening: string;
  readonly problems: readonly string[];
  readonly notices: readonly string[];
  /** Addresses of the people picked, by object id, where they are known: some clients do not look people up. */
  readonly addressOf: ReadonlyMap<string, string>;
}

const mostNamed = 10;

/** As the fields of the dialog have it. */
function fieldsOf({ people, addresses, reason, whatIf }: Entered) {
  return { people: people.join(','), addresses, reason, whatIf: whatIf ? 'true' : 'false' } as const;
}

export function dialogView(
  entered: Entered,
  { opening, problems, notices, addressOf }: Shown,
  texts: Texts,
): DialogData {
  const { dialog: own, lang } = texts;
  const fields = fieldsOf(entered);
  return {
    lang,
    fallbackText: own.fallback,
    title: own.heading,
    problems: lines(problems),
    notices: lines([...notices, ...picked(entered.people, addressOf, texts)]),
    people: {
      label: own.people,
      placeholder: own.peopleHint,
      value: fields.people,
      choices: entered.people.flatMap((id) => {
        const title = addressOf.get(id);
        return title === undefined ? [] : [{ title, value: id }];
      }),
    },
    addresses: { label: own.addresses, placeholder: own.addressesHint, value: fields.addresses },
    reason: { label: own.reason, placeholder: own.reasonHint, value: fields.reason },
    whatIf: { title: own.whatIf, value: fields.whatIf },
    submit: { title: texts.requestApproval, opening },
  };
}

function picked(people: readonly string[], addressOf: ReadonlyMap<string, string>, texts: Texts): readonly string[] {
  if (people.length === 0) return [];
  const names = people.slice(0, mostNamed).map((id) => addressOf.get(id) ?? id);
  const hidden = people.length - names.length;
  const all = hidden > 0 ? [...names, texts.morePeople(hidden)] : names;
  return [texts.dialog.picked(all.join(texts.marks.list))];
}

export function noteView(title: string, said: readonly string[], { lang }: Texts): DialogNoteData {
  return { lang, fallbackText: title, title, lines: lines(said) };
}

export function whyView(requestId: string, request: Requested, texts: Texts): DialogWhyData {
  const { why, dialog, lang } = texts;
  return {
    lang,
    fallbackText: why.title,
    title: why.title,
    code: request.code,
    about: whom(request, texts),
    reason: { label: dialog.reason, placeholder: why.hint, value: '' },
    submit: { title: why.submit, requestId },
  };
}

/** @param entered what had been entered before the bot turned out not to be there; the button carries it along */
export function installView({ dialog: own, lang }: Texts, entered: Entered | null = null): DialogInstallData {
  const { installTitle, installText, installAdd } = own;
  return {
    lang,
    fallbackText: installTitle,
    title: installTitle,
    lines: lines(entered ? [own.notAskedYet, installText] : [installText]),
    add: { title: installAdd, entered: entered ? JSON.stringify(fieldsOf(entered)) : '' },
  };
}

const lines = (texts: readonly string[]) => texts.map((text) => ({ text }));
