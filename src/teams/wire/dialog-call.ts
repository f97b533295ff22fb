import { property, unwrapped } from '../../base/read.ts';
import { guid } from '../../domain/guid.ts';
import type { Entered } from '../cards/dialog.ts';
import { reasonIn } from '../sentence/whom-and-why.ts';
import { longestText } from '../sentence/written.ts';
import { readRequestId } from './page.ts';

/** What an invoke about the dialog asks for. */
export type DialogCall =
  | {
      readonly kind: 'dialogOpened';
      /** The bot was added to the conversation for this. */
      readonly installed: boolean;
      /** The message it is opened on, as sent: it is read only for people who are not sending too much. */
      readonly message: unknown;
      /** What had been entered before the bot was added. */
      readonly entered: Entered | null;
    }
  /** `opening` names the dialog since it was opened. */
  | { readonly kind: 'dialogSent'; readonly opening: string; readonly entered: Entered }
  /** Why a request was denied: `null` opens the dialog that asks for it. */
  | { readonly kind: 'why'; readonly requestId: string; readonly reason: string | null }
  /** Of another command, or of a dialog that was not opened here. */
  | { readonly kind: 'unknownDialog' };

/** The message action in the app's manifest. */
const command = 'revokeSessions';

const names: ReadonlySet<unknown> = new Set([
  'composeExtension/fetchTask',
  'composeExtension/submitAction',
  'task/fetch',
  'task/submit',
]);

/** @param value of the invoke with this name. `null`: it is not about a dialog. */
export function readDialog(name: unknown, value: unknown): DialogCall | null {
  return typeof name === 'string' && names.has(name) ? read(name, value) : null;
}

function read(name: string, value: unknown): DialogCall {
  if (name.startsWith('composeExtension/') && property(value, 'commandId') !== command)
    return { kind: 'unknownDialog' };
  const data = unwrapped(property(value, 'data'));
  if (name.startsWith('task/') && property(data, 'verb') === 'why') {
    const requestId = readRequestId(data);
    const entered = name === 'task/submit' ? readEntered(data).reason : '';
    return requestId === null ? { kind: 'unknownDialog' } : { kind: 'why', requestId, reason: entered || null };
  }
  const message = property(value, 'messagePayload');
  if (name.endsWith('fetchTask') || name === 'task/fetch') {
    return { kind: 'dialogOpened', installed: false, message, entered: null };
  }
  if (property(property(data, 'msteams'), 'justInTimeInstall') === true) {
    const entered = readEntered(parse(property(data, 'entered')));
    const isFilledIn = entered.people.length > 0 || entered.addresses.trim() !== '';
    return { kind: 'dialogOpened', installed: true, message, entered: isFilledIn ? entered : null };
  }
  const opening = property(data, 'opening');
  if (typeof opening !== 'string' || !guid.test(opening)) return { kind: 'unknownDialog' };
  return { kind: 'dialogSent', opening: opening.toLowerCase(), entered: readEntered(data) };
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
