import assert from 'node:assert/strict';
import type { EmulatedGroup, EmulatedPerson } from '../../src/local/directory.ts';
import { groups, people } from '../../src/local/people.ts';
import { createTenant, type GraphReply } from '../../src/local/tenant.ts';

interface Differences {
  readonly readBackLagMs?: number;
  readonly people?: readonly EmulatedPerson[];
  readonly groups?: readonly EmulatedGroup[];
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The Contoso tenant with a clock that moves when told, and short ways to ask it. */
export function createFixture(differences: Differences = {}) {
  let time = Date.parse('2026-11-21T03:04:05.678Z');
  let ids = 0;
  const tenant = createTenant({
    now: () => new Date(time),
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    readBackLagMs: 0,
    people,
    groups,
    ...differences,
  });
  const ask = (path: string, { method = 'GET', headers = {}, body }: Ask = {}) =>
    tenant.handle({
      method,
      path,
      headers: { authorization: 'Bearer token', ...headers },
      ...(body !== undefined && { body }),
    });
  return {
    tenant,
    ask,
    post: (path: string, body?: unknown) =>
      ask(path, {
        method: 'POST',
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    /** The ids of the users a filter finds. */
    async find(filter: string, headers: Readonly<Record<string, string>> = {}) {
      const advanced = headers.consistencylevel === undefined ? '' : '&$count=true';
      const path = `/v1.0/users?$filter=${encodeURIComponent(filter)}&$select=id${advanced}`;
      return idsIn(okBody(await ask(path, { headers })));
    },
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

type Json = Record<string, unknown>;

export function okBody(reply: GraphReply): Json {
  assert.equal(reply.status, 200, reply.body);
  return JSON.parse(reply.body ?? '') as Json;
}

export const idsIn = (body: Json) => (body.value as { id: string }[]).map((user) => user.id);

/** Status, code and message of an error. */
export function errorOf(reply: GraphReply): [status: number, code: string, message: string] {
  const { error } = JSON.parse(reply.body ?? '{}') as { error?: { code: string; message: string } };
  assert.ok(error, `not an error: ${reply.status} ${reply.body}`);
  return [reply.status, error.code, error.message];
}

/** A delegated token, unsigned: the tenant reads only who it is for. */
export function delegatedToken(claims: Json): string {
  const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
