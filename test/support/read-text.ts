import { type IncomingText, readTyped } from '../../src/teams/sentence/message-text.ts';
import { visible } from '../../src/teams/sentence/written.ts';

/** What was typed, as people see it. */
export function readText(activity: IncomingText): string {
  const { text, parts } = readTyped(activity);
  return visible(text, parts).replaceAll('\t', ' ');
}
