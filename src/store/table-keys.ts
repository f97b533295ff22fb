import { createHash } from 'node:crypto';

/**
 * Keys of the rows. All rows are in one partition, because only there a transaction can hold them together; what a row
 * is shows in its first letter. Of ids only letters, digits and hyphens are kept as they are, so that no id can end a
 * key early, reach into another request's range or break a filter.
 */
export const partition = 'trail';
export const tailKey = 'tail';
export const readyKey = 'ready';
export const identityKey = 'store';
export const aboutEndKey = 'about';

export interface Range {
  readonly from: string;
  readonly to: string;
}

/** The character after the colon: what begins with `x:` is before `x;`. */
const behind = ';';
/** A key holds 512 characters, and the longest is made of two ids. */
const longestId = 200;
export const mostPositions = 1_000_000;

const digits = (value: number, width: number) => String(value).padStart(width, '0');

function keyPart(id: string): string {
  const text = id.replace(/[^0-9A-Za-z-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // No encoded text has `_x`: what follows an underscore is a hexadecimal number.
  return text.length <= longestId ? text : `_x${createHash('sha256').update(id, 'utf16le').digest('hex')}`;
}

export function eventKey(requestId: string, position: number): string {
  return `e:${keyPart(requestId)}:${digits(position, 6)}`;
}

/** A row that goes on with the body of an event; 1 is the first of them. */
export function partKey(event: string, part: number): string {
  return `${event}:${digits(part, 2)}`;
}

export function openKey(place: string, requestId: string): string {
  return `o:${keyPart(place)}:${keyPart(requestId)}`;
}

/** The time is written as it is, because its order is the order of the rows. */
export function approvalKey(requesterId: string, at: string, requestId: string, position: number): string {
  return `a:${keyPart(requesterId)}:${timePart(at)}:${keyPart(requestId)}:${digits(position, 6)}`;
}

/** The newest comes first: what is left up to a number that no record has. */
const beyond = 10 ** 15;

export function aboutKey(accountId: string, seq: number): string {
  return `h:${keyPart(accountId)}:${digits(beyond - seq, 16)}`;
}

/** Requests about an account, newest first: those before the one with that number. */
export function aboutRange(accountId: string, before: number | undefined): Range {
  const part = keyPart(accountId);
  const from = before === undefined ? `h:${part}:` : aboutKey(accountId, Math.min(Math.max(before, 1), beyond) - 1);
  return { from, to: `h:${part}${behind}` };
}

/** A request whose rows `h:` are still to be written. */
export function pendingKey(requestId: string): string {
  return `p:${keyPart(requestId)}`;
}

export const pendingOnes: Range = { from: 'p:', to: `p${behind}` };

/** Records of the requests that begin with a code. */
export function eventsBeginning(code: string): Range {
  const part = keyPart(code);
  // Behind every character of a key.
  return { from: `e:${part}`, to: `e:${part}~` };
}

export function isFirstOfRequest(rowKey: string): boolean {
  return /^e:[^:]*:0{6}$/.test(rowKey);
}

/** The first row of an event, by a key that can stand in a filter as it is. */
export function isEventKey(rowKey: string): boolean {
  return /^e:[0-9A-Za-z_-]*:\d{6}$/.test(rowKey);
}

/** What comes after an event in its request, which its key says. */
export function keyBehind(event: string): string {
  const at = event.lastIndexOf(':') + 1;
  return event.slice(0, at) + digits(Number(event.slice(at)) + 1, 6);
}

/** All rows of some events of a request, from the first to the last of them. */
export function eventsFromTo(first: string, last: string): Range {
  return { from: first, to: `${last}${behind}` };
}

/** Where the append stands that began with that record. */
export function indexKey(seq: number): string {
  return `s:${digits(seq, 16)}`;
}

/** Appends that began with one of these records. */
export function indexRange(first: number, last: number): Range {
  return { from: indexKey(first), to: indexKey(last + 1) };
}

/** Appends that began behind the record. */
export function behindRecord(seq: number): Range {
  return { from: indexKey(seq + 1), to: `s${behind}` };
}

export const allEvents: Range = { from: 'e:', to: `e${behind}` };

export function eventsOf(requestId: string): Range {
  const part = keyPart(requestId);
  return { from: `e:${part}:`, to: `e:${part}${behind}` };
}

export function openOnes(place?: string): Range {
  if (place === undefined) return { from: 'o:', to: `o${behind}` };
  const part = keyPart(place);
  return { from: `o:${part}:`, to: `o:${part}${behind}` };
}

export function approvalsSince(requesterId: string, since: string): Range {
  const part = keyPart(requesterId);
  return { from: `a:${part}:${timePart(since)}`, to: `a:${part}${behind}` };
}

function timePart(at: string): string {
  if (!/^[\dTZ:.+-]{1,40}$/.test(at)) throw new Error('a time that is not ISO 8601');
  return at;
}
