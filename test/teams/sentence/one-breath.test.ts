import assert from 'node:assert/strict';
import { readSentence } from '../../../src/teams/sentence/read-sentence.ts';
import { en } from '../../../src/teams/texts/en.ts';

const a = 'adele@contoso.example';
const b = 'isaiah@contoso.example';

/** Sentences as a new user writes them, each with a full, right address, and what each gives. `A`, `B`: the addresses. */
const inOneBreath: readonly (readonly [typed: string, gives: string])[] = [
  ['revoke sessions for A', 'asks for A'],
  ['revoke A', 'asks for A'],
  ['revoke sessions A', 'asks for A'],
  ['please revoke sessions for A asap', 'asks for A'],
  ['revoke all sessions for A please', 'asks for A'],
  ['Revoke all active sign-in sessions of user A!', 'asks for A'],
  ['revoke tokens for A', 'asks for A'],
  ['urgent: revoke sessions for A', 'asks for A'],
  ['revoke A now!!', 'asks for A'],
  ['hi team, please revoke sessions for A, thanks 🙏', 'asks for A'],
  ['sign out A', 'asks for A'],
  ['sign A out everywhere', 'asks for A'],
  ['log out A everywhere', 'asks for A'],
  ['sign out A from all devices', 'asks for A'],
  ['revoke sessions for A and B asap please', 'asks for A and B'],
  ['revoke sessions for Adele Vance <A>', 'asks for A, if called Adele Vance'],
  ['revoke sessions for Adele Vance (A)', 'asks for A, if called Adele Vance'],
  ['revoke sessions for A, phone stolen', 'asks for A because phone stolen'],
  ['revoke sessions for A - phone stolen', 'asks for A because phone stolen'],
  ['revoke sessions for A (phone stolen)', 'asks for A because phone stolen'],
  ['revoke sessions for A: phone stolen', 'asks for A because phone stolen'],
  ['revoke sessions for A. Phone stolen.', 'asks for A because Phone stolen'],
  ['revoke sessions for A because phone stolen', 'asks for A because phone stolen'],
  ['revoke sessions for A since her laptop was stolen', 'asks for A because her laptop was stolen'],
  ['revoke sessions for A, reason: token theft', 'asks for A because token theft'],
  ['revoke sessions for A because of a phishing mail', 'asks for A because a phishing mail'],
  ['revoke sessions for A due to phishing', 'asks for A because phishing'],
  ['sign A out of everything, phone lost', 'asks for A because phone lost'],
  ['revoke the sessions of A immediately, account compromised', 'asks for A because account compromised'],
  ['revoke sessions for A, B - both phished', 'asks for A and B because both phished'],
  ['can you revoke sessions for A?', 'offers: revoke sessions for A'],
  ['I need you to revoke sessions for A', 'offers: revoke sessions for A'],
  ['kill all sessions for A', 'offers: revoke sessions for A'],
  ['force sign-out of A', 'offers: revoke sessions for A'],
  ['revok sesions for A', 'offers: revoke sessions for A'],
  ['A: revoke sessions', 'offers: revoke sessions for A'],
  ['A is compromised, please revoke', 'offers: revoke sessions for A'],
  ['should we revoke sessions for A?', 'offers: revoke sessions for A'],
  ["don't revoke sessions for A", 'hint'],
];

function gives(typed: string): string {
  const read = readSentence({ text: typed.replace(/\bA\b/, a).replace(/\bB\b/, b) });
  const short = (text: string) => text.replace(a, 'A').replace(b, 'B');
  if (read.kind === 'unknown') return 'hint';
  if (read.kind !== 'revoke' && read.kind !== 'perhaps') return read.kind;
  const { reason } = read;
  const whom = read.targets.map((one) => one.text);
  if (read.kind === 'perhaps') return `offers: ${short(en.order(whom, reason, read.dryRun))}`;
  const called = read.targets.flatMap(({ labels = [] }) => labels);
  return [
    short(`asks for ${whom.join(' and ')}`),
    ...(called.length > 0 ? [`, if called ${called.join()}`] : []),
    ...(reason === null ? [] : [` because ${reason}`]),
    ...(read.unclear.length > 0 ? [` unclear: ${read.unclear.join()}`] : []),
  ].join('');
}

describe('what a new user says in one breath, with a full, right address', () => {
  for (const [typed, expected] of inOneBreath) it(typed, () => assert.equal(gives(typed), expected));
});
