import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { banner, listenToTerminal, type SpokenLine } from './terminal.ts';

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
  const terminal = listenToTerminal({ input: process.stdin, people, say, decide });
  say(banner({ url: playground.url, domain: 'contoso.example' }));
  return async () => {
    terminal.stop();
    await playground.stop();
    await stopApp();
  };

  async function decide({ person, verb, code }: SpokenLine): Promise<string> {
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
