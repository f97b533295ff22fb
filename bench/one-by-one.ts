import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { groupIds } from '../src/local/people.ts';
import type { Surroundings } from '../test/support/production/world.ts';

/** Calls the emulated Graph as the bot does, over HTTPS with the bot's token, and nothing else. */
export function createCaller({ graph, certificates }: Surroundings) {
  const agent = new Agent({ keepAlive: true, ca: certificates.ca });
  // The bot has signed in by the time it is ready.
  const authorization = graph.calls.find(({ status }) => status === 200)?.headers.authorization ?? '';

  return async function call(method: 'GET' | 'POST', path: string, body?: object): Promise<number> {
    const text = body ? JSON.stringify(body) : '';
    const headers = {
      authorization,
      accept: 'application/json',
      'content-length': Buffer.byteLength(text),
      'client-request-id': randomUUID(),
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    return new Promise((resolve, reject) => {
      request(`${graph.url}/v1.0${path}`, { method, agent, headers }, (response) => {
        response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      })
        .on('error', reject)
        .end(text);
    });
  };
}

export type Caller = ReturnType<typeof createCaller>;

/** The calls that each account takes, one after the other: what a script in a loop does. Answers ms an account. */
export async function oneByOne(call: Caller, ids: readonly string[]): Promise<number> {
  const began = performance.now();
  for (const id of ids) {
    const read = () => call('GET', `/users/${id}?$select=id,displayName,signInSessionsValidFromDateTime`);
    const check = () => call('POST', `/users/${id}/checkMemberObjects`, { ids: [groupIds.breakGlass] });
    const statuses = [...(await Promise.all([read(), check()]))];
    statuses.push(await call('POST', `/users/${id}/revokeSignInSessions`));
    statuses.push(await read());
    if (statuses.some((status) => status !== 200)) throw new Error(`Graph answered ${statuses}`);
  }
  return (performance.now() - began) / ids.length;
}
