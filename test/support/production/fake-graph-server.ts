import type { EmulatedTenant } from '../../../src/local/tenant.ts';
import { withEmptyFirstPage } from '../paged-tenant.ts';
import type { Certificates } from './ca.ts';
import { createFaults, type Faults } from './faults.ts';
import { type FakeAnswer, type FakeRequest, type FakeServer, startHttpsServer } from './https-server.ts';
import { createWatch } from './watch.ts';

/** One request, from the moment it arrived. */
export type GraphCall = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What was answered; `dropped` when the connection was closed instead, undefined while it hangs. */
  status: number | 'dropped' | undefined;
  /** Whether the tenant got to see it. */
  done: boolean;
  /** When it did; milliseconds since the epoch. */
  doneAt: number | undefined;
};

export type FakeGraph = FakeServer & {
  readonly calls: readonly GraphCall[];
  readonly faults: Faults;
  /** Who may revoke others' sessions in the tenant, where Graph is called on behalf of a person. */
  readonly mayRevoke: Set<string>;
  /** Parts of paths: of the collections there, the first page is empty and names a next one. */
  readonly paged: Set<string>;
  /** The calls that revoke something, or try to. */
  writes(): readonly GraphCall[];
  waitFor<T>(look: (calls: readonly GraphCall[]) => T | undefined | false, timeoutMs?: number): Promise<T>;
};

type GraphOptions = {
  readonly certificates: Certificates;
  readonly tenant: Pick<EmulatedTenant, 'handle'>;
  /** The claims of a valid token for `audience`, which is this server's own root. */
  readonly readToken: (
    authorization: string | undefined,
    audience: string,
  ) => Readonly<Record<string, unknown>> | undefined;
};

/** What a call needs, all of it, from PRODUCT's table of permissions; the first line that matches counts. */
const NEEDED: readonly [call: RegExp, roles: readonly string[]][] = [
  [/^POST .*\/(revokeSignInSessions|invalidateAllRefreshTokens)$/, ['User.RevokeSessions.All']],
  [/^POST .*\/checkMember(Objects|Groups)$/, ['User.Read.All', 'GroupMember.Read.All']],
  [/^GET .*\/groups\/.*\/transitiveMembers/, ['User.Read.All', 'GroupMember.Read.All']],
  [/^GET .*\/groups\//, ['GroupMember.Read.All']],
  [/^GET .*\/roleManagement\/directory\//, ['RoleManagement.Read.Directory']],
  [/^GET .*\/transitiveMemberOf\/microsoft\.graph\.directoryRole/, ['RoleManagement.Read.Directory']],
  [/^GET .*\/identityProtection\/riskyUsers\//, ['IdentityRiskyUser.Read.All']],
  [/^GET .*\/auditLogs\//, ['AuditLog.Read.All']],
  [/^GET .*\/users.*signInActivity/, ['User.Read.All', 'AuditLog.Read.All']],
  [/^GET .*\/users/, ['User.Read.All']],
];

/** The permissions that make everything work. */
export const ALL_ROLES: readonly string[] = [...new Set(NEEDED.flatMap(([, roles]) => roles))];

const error = (status: number, code: string, message: string): FakeAnswer => ({
  status,
  body: { error: { code, message, innerError: { date: new Date().toISOString().slice(0, 19) } } },
});

/** Microsoft Graph over HTTPS: checks the token and its permissions, then asks the emulated tenant. */
export async function startFakeGraph(options: GraphOptions): Promise<FakeGraph> {
  const calls: GraphCall[] = [];
  const faults = createFaults();
  const watch = createWatch();
  const mayRevoke = new Set<string>();
  const paged = new Set<string>();
  const tenant = withEmptyFirstPage(options.tenant, (path) => [...paged].some((part) => path.includes(part)));

  const perform = async (request: FakeRequest, call: GraphCall): Promise<FakeAnswer> => {
    const claims = options.readToken(request.headers.authorization, server.url);
    if (!claims) return error(401, 'InvalidAuthenticationToken', 'Access token validation failure. Invalid audience.');
    const held =
      typeof claims.scp === 'string' ? claims.scp.split(' ') : Array.isArray(claims.roles) ? claims.roles : [];
    // Entra looks at the roles of the person on whose behalf it is asked; for oneself none is needed.
    const needsRole = typeof claims.scp === 'string' && !/^\/[^/]+\/me\//.test(call.path);
    const mayAsPerson = !needsRole || mayRevoke.has(String(claims.oid));
    const needed =
      NEEDED.find(([pattern]) => pattern.test(`${call.method} ${decodeURIComponent(call.path)}`))?.[1] ?? [];
    if (!mayAsPerson || !needed.every((role) => held.includes(role))) {
      return error(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    }
    call.done = true;
    call.doneAt = Date.now();
    const { method, path, headers, body } = call;
    return tenant.handle({ method, path, headers, ...(body && { body }) });
  };

  const server = await startHttpsServer(options.certificates, async (request) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { method, target: path, body } = request;
    const call: GraphCall = {
      at: Date.now(),
      method,
      path,
      headers,
      body,
      status: undefined,
      done: false,
      doneAt: undefined,
    };
    calls.push(call);
    watch.changed();
    const answer = await faults.apply(method, path, () => perform(request, call), body);
    call.status = answer === 'drop' ? 'dropped' : answer.status;
    watch.changed();
    return answer;
  });
  const listed = () =>
    `Graph saw:\n${calls.map(({ method, path, status }) => `- ${method} ${path}: ${status}`).join('\n') || '(nothing)'}`;
  return {
    ...server,
    calls,
    faults,
    mayRevoke,
    paged,
    writes: () =>
      calls.filter(
        ({ method, path }) =>
          method === 'POST' && /\/(revokeSignInSessions|invalidateAllRefreshTokens)(\?|$)/.test(path),
      ),
    waitFor: (look, timeoutMs) => watch.waitFor(() => look(calls), timeoutMs, listed),
  };
}
