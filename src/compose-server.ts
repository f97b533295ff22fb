import type { Clock, Directory, Log, RequestStore } from './app/ports.ts';
import type { Protection } from './app/protection.ts';
import { missingPermissions } from './graph/permissions.ts';
import type { Metrics } from './runtime/metrics.ts';
import { type Check, createReadiness } from './runtime/readiness.ts';
import { createServer, type Routes } from './runtime/server.ts';
import type { Setup } from './setup.ts';
import type { Received } from './teams/wire/receive.ts';

interface Parts {
  readonly receive: (...asked: Parameters<Routes['receive']>) => Promise<Received>;
  readonly store: Pick<RequestStore, 'check'>;
  readonly directory: Pick<Directory, 'check'>;
  readonly protection: Protection;
  readonly alerts: Routes['alerts'];
  readonly metrics: Pick<Metrics, 'received' | 'permissionsMissing' | 'readyChecked' | 'unchecked' | 'read'>;
  readonly clock: Clock;
  readonly checkClock: Check;
  readonly log: Log;
}

/** What the port answers, to Teams and to those who run the bot. */
export function composeServer(setup: Setup, parts: Parts) {
  const { receive, alerts, store, directory, protection, metrics, clock, checkClock, log } = parts;
  const readPermissions = async () => {
    const { riskAvailable, policy } = setup;
    const missing = missingPermissions(await readGraphToken(setup), { auth: policy.auth, riskAvailable });
    // Whoever was told to grant something sees here that it has arrived; without it the bot does what it can.
    metrics.permissionsMissing(missing?.map(({ name }) => name) ?? []);
    return missing;
  };
  const readiness = createReadiness(
    {
      store: () => store.check(),
      graph: () => directory.check(),
      signIn: readPermissions,
      clock: checkClock,
      async protectedUsers() {
        if (!(await protection.isKnown())) throw new Error('PROTECTED_USERS cannot be relied on, so nobody is revoked');
      },
    },
    clock,
    log,
    metrics.readyChecked,
  );
  const server = createServer({
    async receive(authorization, body) {
      const reply = await receive(authorization, body);
      metrics.received.inc({ status: String(reply.status) });
      if (reply.unchecked) metrics.unchecked(reply.unchecked);
      return reply;
    },
    alerts,
    ready: readiness.answer,
    async metrics() {
      return { status: 200, ...(await metrics.read()) };
    },
  });
  return {
    listen: server.listen,
    /** From now on the load balancer is asked to send nothing more. */
    leave: readiness.stop,
    close: server.close,
    /** Says which of Graph's permissions are still to be granted. */
    async tellPermissions(): Promise<void> {
      const lacking = await readPermissions();
      if (!lacking) return log.info({}, 'the token does not say which application permissions are there');
      for (const { name, without, grant } of lacking) {
        log.warn(
          { permission: name, without, grant },
          'an application permission is missing; grant it with admin consent',
        );
      }
      if (lacking.length === 0) log.info({}, 'all application permissions are there');
    },
  };
}

/** The token that the app calls Graph with. @throws when there is none */
export async function readGraphToken({ graph }: Setup): Promise<string> {
  const token = await graph.credential.getToken(`${graph.root}/.default`);
  if (!token) throw new Error('no token for Graph');
  return token.token;
}
