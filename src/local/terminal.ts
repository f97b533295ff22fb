import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What a line such as `megan: approve K7F3` says. */
export interface SpokenLine {
  readonly person: { readonly id: string; readonly displayName: string };
  readonly verb: 'approve' | 'deny' | 'cancel';
  readonly code: string;
}

type People = readonly { readonly id: string; readonly displayName: string }[];

/** `null`: the line is empty. A string: what to answer to a line that says nothing usable. */
function readLine(line: string, people: People): SpokenLine | string | null {
  if (line.trim() === '') return null;
  const usage = 'Type a person, a verb and a code, such as: megan: approve K7F3';
  const [, who, verb, code] = /^\s*([\p{L}]+)\s*:\s*(approve|deny|cancel)\s+([a-z0-9]{4,20})[.\s]*$/iu.exec(line) ?? [];
  if (!who || !verb || !code) return usage;
  const named = people.filter(({ displayName }) => firstName(displayName) === who.toLowerCase());
  const [person] = named;
  if (!person)
    return `There is no ${who} here. People: ${people.map(({ displayName }) => firstName(displayName)).join(', ')}`;
  return { person, verb: verb.toLowerCase() as SpokenLine['verb'], code: code.toUpperCase() };
}

function firstName(displayName: string): string {
  return (displayName.split(' ')[0] ?? displayName).toLowerCase();
}

/** Lets people of the emulated tenant who have no keyboard decide, one line each. Ends with the input. */
export function listenToTerminal(options: {
  readonly input: Readable;
  readonly people: People;
  readonly decide: (spoken: SpokenLine) => Promise<string>;
  readonly say: (line: string) => void;
}): { stop(): void } {
  const { input, people, decide, say } = options;
  const lines = createInterface({ input, terminal: false });
  lines.on('line', (line) => {
    const spoken = readLine(line, people);
    if (spoken === null) return;
    if (typeof spoken === 'string') return say(spoken);
    decide(spoken).then(say, () => say('That could not be done; see the log.'));
  });
  return { stop: () => lines.close() };
}

/** What a newcomer reads first: where to go, what to type, and that nothing of it is real. */
export function banner(options: { readonly url: string; readonly domain: string }): string {
  const { url, domain } = options;
  return `
Session Revoker, local mode: an emulated tenant, no cloud. Nothing real is touched, and only this machine can connect.

  1. Open      ${url}
  2. Type      revoke sessions for adele@${domain}
  3. Click     Revoke sessions, and read the result in the same conversation

  Try also     what if revoke sessions for adele@${domain}
               revoke sessions for isaiah@${domain} because phone stolen
               revoke sessions for irvin@${domain}     (fails, so that you see that, too)
               help

  till001@${domain} to till300@${domain} are there for requests about many at once.

  You are Alex, the only person at a keyboard there. A request that needs two persons, such as the second one, is
  decided in this terminal: type another person and the code on the card, such as   megan: approve K7F3

  Stop with Ctrl+C.
`;
}
