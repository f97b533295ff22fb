import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from './compose.ts';
import type { ConfigResult } from './config/config.ts';
import { banner } from './local/banner.ts';
import { crowd } from './local/crowd.ts';
import { groupIds, groups, people, personIds, tenantId } from './local/people.ts';
import { peopleAsOf } from './local/people-as-of.ts';
import { startPlayground } from './local/playground.ts';
import { refuseTakenPort } from './local/taken-port.ts';
import { createTenant } from './local/tenant.ts';
import { listenToTerminal, type SpokenLine } from './local/terminal.ts';
import { createLog } from './runtime/log.ts';
import { standardOutput } from './runtime/standard-output.ts';
import { localSetup } from './setup.ts';

const host = '127.0.0.1';
/** Graph's reads lag behind its writes; so do these, long enough to see the read-back wait for it. */
const readBackLagMs = 700;

/** The same house in an emulated tenant, with Microsoft's Teams emulator before it. Answers how to end it all. */
export async function runLocally(settings: Extract<ConfigResult, { kind: 'local' }>): Promise<() => Promise<void>> {
  const say = (line: string) => standardOutput.write(`${line}\n`);
  const log = createLog(settings.logLevel);
  const tenant = createTenant({
    now: () => new Date(),
    uuid: randomUUID,
    readBackLagMs,
    people: peopleAsOf(new Date(), [...people, ...crowd]),
    groups,
  });
  const app = await compose(
    localSetup({
      tenantId,
      transport: tenant.handle,
      storeUrl: settings.storeUrl,
      policy: {
        ...settings.policy,
        people: {
          requesters: [groupIds.responders],
          approvers: [groupIds.approvers],
          protectedUsers: [groupIds.breakGlass],
        },
      },
    }),
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
    if (!reviewed.ok) return `${person.displayName}: ${app.explain(reviewed.code)}`;
    app.wake(requestId);
    return `${person.displayName}: ${verb} ${code} is recorded; see the conversation.`;
  }
}
