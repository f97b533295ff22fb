/** Times as security people read them: UTC, ISO order, no seconds where they do not matter. */

/** `2026-11-21 02:41 UTC` */
export function dateTime(iso: string): string {
  const text = new Date(iso).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

/** `02:41 UTC` */
export function time(iso: string): string {
  return `${new Date(iso).toISOString().slice(11, 16)} UTC`;
}

/** `02:41:07 UTC` */
export function timeToSecond(iso: string): string {
  return `${new Date(iso).toISOString().slice(11, 19)} UTC`;
}

/** `2026-11-21 02:41:07 UTC` */
export function dateTimeToSecond(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 10)} ${timeToSecond(iso)}`;
}

/** The day is named where the time alone would leave it open. */
export function until(asked: string, expiresAt: string): string {
  const isFar = Date.parse(expiresAt) - Date.parse(asked) > 12 * 3_600_000;
  return isFar ? dateTime(expiresAt) : time(expiresAt);
}

/** The time alone says enough of what was less than half a day ago. */
export function timeOrDay(iso: string, now: Date): string {
  return now.getTime() - Date.parse(iso) < 12 * 3_600_000 ? time(iso) : dateTime(iso);
}

/** `2.5`, to the half year: no one counts the days of what was long ago. */
export function years(days: number): number {
  return Math.max(1, Math.round((2 * days) / 365)) / 2;
}

/** What people there call the country with this code of two letters. */
export function countryName(code: string, lang: string): string {
  return new Intl.DisplayNames([lang], { type: 'region' }).of(code) ?? code;
}
