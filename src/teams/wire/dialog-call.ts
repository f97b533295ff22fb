import { guid } from '../../domain/guid.ts';
import type { Entered } from '../cards/dialog.ts';
import { reasonIn } from '../sentence/command.ts';
import { longestText } from '../sentence/markup-text.ts';
import { property, unwrapped } from './property.ts';

/** What an invoke about the dialog asks for. */
export type DialogCall =
  /**
   * `installed`: the bot was added to the conversation for this; `entered`: what had been entered before that. `message`:
   * the one it is opened on; untrusted.
   */
  | {
      readonly kind: 'open';
      readonly installed: boolean;
      readonly message: unknown;
      readonly entered: Entered | null;
    }
  | { readonly kind: 'submit'; readonly opening: string; readonly entered: Entered }
  | { readonly kind: 'unknown' };

/** The message action in the app's manifest. */
const command = 'revokeSessions';

const names: ReadonlySet<unknown> = new Set([
  'composeExtension/fetchTask',
  'composeExtension/submitAction',
  'task/fetch',
  'task/submit',
]);

/** `null`: the invoke is not about a dialog. */
export function readDialogCall({ name, value }: { readonly name?: unknown; readonly value?: unknown }) {
  return names.has(name) ? read(String(name), unwrapped(value)) : null;
}

function read(name: string, value: unknown): DialogCall {
  if (name.startsWith('composeExtension/') && property(value, 'commandId') !== command) return { kind: 'unknown' };
  const message = property(value, 'messagePayload');
  if (name.endsWith('fetchTask') || name.endsWith('fetch')) {
    return { kind: 'open', installed: false, message, entered: null };
  }
  const data = unwrapped(property(value, 'data'));
  if (property(property(data, 'msteams'), 'justInTimeInstall') === true) {
    const entered = readEntered(parse(property(data, 'entered')));
    const isAnybody = entered.people.length > 0 || entered.addresses.trim() !== '';
    return { kind: 'open', installed: true, message, entered: isAnybody ? entered : null };
  }
  const opening = property(data, 'opening');
  if (typeof opening !== 'string' || !guid.test(opening)) return { kind: 'unknown' };
  return { kind: 'submit', opening: opening.toLowerCase(), entered: readEntered(data) };
}

/** What the offer to add the bot carried along, or nothing. */
function parse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** What is no object id among the people picked goes to the addresses, where it is looked at like anything written. */
function readEntered(data: unknown): Entered {
  const text = (name: string) => {
    const value = property(data, name);
    return typeof value === 'string' ? value.slice(0, longestText) : '';
  };
  const picked = text('people')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const others = picked.filter((id) => !guid.test(id));
  return {
    people: [...new Set(picked.filter((id) => guid.test(id)).map((id) => id.toLowerCase()))],
    addresses: [...others, text('addresses')].filter((part) => part !== '').join('\n'),
    reason: reasonIn(text('reason')) ?? '',
    whatIf: text('whatIf') === 'true',
  };
}
