import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../app/ports.ts';
import type { compose } from '../compose.ts';
import { clouds } from '../config/clouds.ts';
import type { ConfigResult } from '../config/config.ts';
import { standardOutput } from '../runtime/standard-output.ts';
import { en } from '../teams/texts/en.ts';
import { createLocalAdapter } from '../teams/wire/adapter.ts';
import { isLoopback, placeOnThisMachine } from '../teams/wire/guard.ts';

import { crowd, groupIds, groups, people, peopleAsOf, personIds, tenantId } from './people.ts';
import { refuseTakenPort, startPlayground } from './playground.ts';
import { createTenant } from './tenant.ts';

const host = '127.0.0.1';
/** Graph's reads lag behind its writes; so do these, long enough to see the read-back wait for it. */
const readBackLagMs = 700;

/**
 * The same house in an emulated tenant, with Microsoft's Teams emulator before it. Answers how to end it all. There are no
 * tokens of Teams' here, so the server listens on loopback alone.
 */
export async function runLocally(
  settings: Extract<ConfigResult, { kind: 'local' }>,
  log: Log,
  build: typeof compose,
): Promise<() => Promise<void>> {
  const say = (line: string) => standardOutput.write(`${line}\n`);
  const tenant = createTenant({
    now: () => new Date(),
    uuid: randomUUID,
    readBackLagMs,
    people: peopleAsOf(new Date(), [...people, ...crowd]),
    groups,
  });
  const credential = { getToken: async () => ({ token: 'local', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const { responders, approvers, breakGlass } = groupIds;
  const app = await build(
    {
      tenantId,
      appId: '',
      adapter: createLocalAdapter(),
      guard: (_, activity) => placeOnThisMachine(tenantId, activity),
      isAllowedServiceUrl: isLoopback,
      graph: { root: 'https://graph.emulated.invalid', credential, transport: tenant.handle },
      entraMetadata: null,
      riskAvailable: true,
      signIn: null,
      cloud: clouds.global,
      alertDoor: null,
      firstServiceUrl: null,
      teamsHost: null,
      // The Playground's page drops an answer to a post that it has not shown yet; Teams is never that slow.
      answerDelayMs: 400,
      allowedConversations: null,
      policy: {
        ...settings.policy,
        people: { requesters: [responders], approvers: [approvers], protectedUsers: [breakGlass] },
      },
      storeUrl: settings.storeUrl,
      collector: null,
      auditSinks: [],
    },
    log,
  );
  await refuseTakenPort(settings.port, 'the bot');
  const port = await app.start(settings.port, host);
  const directory = await mkdtemp(join(tmpdir(), 'session-revoker-playground-'));
  const stopApp = async () => {
    await app.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const playground = await startPlayground({
    botUrl: `http://${host}:${port}/api/messages`,
    port: settings.playgroundPort,
    people,
    tenantId,
    currentUserId: personIds.alex,
    directory,
    log: (line) => log.debug({ line }, 'playground'),
  }).catch(async (error: unknown) => {
    await stopApp();
    throw error;
  });
  const stopListening = listenToTerminal(decide, say);
  say(banner(playground.url));
  return async () => {
    stopListening();
    await playground.stop();
    await stopApp();
  };

  async function decide({ person, verb, code }: Spoken): Promise<string> {
    const found = await app.findByCode(code);
    if (!found) return `There is no open request with the code ${code}.`;
    const { requestId, state } = found;
    const where = state.request.conversation.id;
    const by = { id: person.id, tenantId, name: person.displayName };
    const reviewed = await app.review({ requestId, verb, by, where });
    if (!reviewed.ok) return `${person.displayName}: ${en.refusals[reviewed.code]}`;
    app.wake(requestId);
    return `${person.displayName}: ${verb} ${code} is recorded; see the conversation.`;
  }
}

interface Spoken {
  readonly person: { readonly id: string; readonly displayName: string };
  readonly verb: 'approve' | 'deny' | 'cancel';
  readonly code: string;
}

const spokenLine = /^\s*(\p{L}+)\s*:\s*(approve|deny|cancel)\s+([a-z0-9]{4,20})[.\s]*$/iu;
const firstName = ({ displayName }: { readonly displayName: string }) => displayName.split(' ')[0]?.toLowerCase();

/** What a line such as `megan: approve K7F3` says; a string: what to answer to one that says nothing usable. */
function readLine(line: string): Spoken | string {
  const [, who, verb, code] = spokenLine.exec(line) ?? [];
  if (!who || !verb || !code) return 'Type a person, a verb and a code, such as: megan: approve K7F3';
  const person = people.find((one) => firstName(one) === who.toLowerCase());
  if (!person) return `There is no ${who} here. People: ${people.map(firstName).join(', ')}`;
  return { person, verb: verb.toLowerCase() as Spoken['verb'], code: code.toUpperCase() };
}

/** Lets people of the emulated tenant who have no keyboard decide, one line each. Ends with the input. */
function listenToTerminal(decide: (spoken: Spoken) => Promise<string>, say: (line: string) => void): () => void {
  const lines = createInterface({ input: process.stdin, terminal: false });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    const spoken = readLine(line);
    if (typeof spoken === 'string') return say(spoken);
    decide(spoken).then(say, () => say('That could not be done; see the log.'));
  });
  return () => lines.close();
}

/** What a newcomer reads first: where to go, what to type, and that nothing of it is real. */
function banner(url: string): string {
  return `
Session Revoker, local mode: an emulated tenant, no cloud. Nothing real is touched, and only this machine can connect.

  1. Open      ${url}
  2. Type      revoke sessions for adele@contoso.example
  3. Click     Revoke sessions, and read the result in the same conversation

  Try also     what if revoke sessions for adele@contoso.example
               revoke sessions for isaiah@contoso.example because phone stolen
               revoke sessions for irvin@contoso.example     (fails, so that you see that, too)
               help

  till001@contoso.example to till300@contoso.example are there for requests about many at once.

  You are Alex, the only person at a keyboard there. A request that needs two persons, such as the second one, is
  decided in this terminal: type another person and the code on the card, such as   megan: approve K7F3

  Stop with Ctrl+C.
`;
}
