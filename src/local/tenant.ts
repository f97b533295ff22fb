import type { EmulatedGroup, EmulatedPerson } from './directory.ts';
import { createDirectoryState } from './directory-state.ts';
import { type Answer, errorBody, GraphFault, unauthenticated } from './graph-answers.ts';
import type { GraphRequest } from './graph-request.ts';
import { createRoutes } from './graph-routes.ts';

export interface GraphReply {
  readonly status: number;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Microsoft Graph as one small tenant shows it: users, groups, roles, risk and the two actions; errors for all else. */
export interface EmulatedTenant {
  /** Answers as Graph would; errors are replies, never rejections. */
  handle(request: GraphRequest): Promise<GraphReply>;
  /** Changes a person, as an administrator would. Throws for an unknown id. */
  change(id: string, patch: Partial<EmulatedPerson>): void;
  /** Soft-deletes a person: gone from /users, found in the deleted items. Throws for an unknown id. */
  remove(id: string): void;
}

interface EmulatedTenantOptions {
  readonly now: () => Date;
  /** new request ids */
  readonly uuid: () => string;
  /** milliseconds until a revocation shows when the user is read */
  readonly readBackLagMs: number;
  readonly people: readonly EmulatedPerson[];
  readonly groups: readonly EmulatedGroup[];
}

const contentType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** Throws when two people share an id or a UPN. */
export function createTenant(options: EmulatedTenantOptions): EmulatedTenant {
  const { now, uuid } = options;
  const state = createDirectoryState(options);
  const route = createRoutes(state);

  return {
    async handle(request) {
      const requestId = uuid();
      const clientRequestId = request.headers['client-request-id'] || requestId;
      const answer = answerOrFault(request, (fault) => ({
        status: fault.status,
        headers: fault.headers,
        body: errorBody(fault, now(), requestId, clientRequestId),
      }));
      return {
        status: answer.status,
        headers: {
          ...(answer.body !== undefined && { 'content-type': contentType }),
          ...answer.headers,
          'request-id': requestId,
          'client-request-id': clientRequestId,
          'x-ms-resource-unit': '1',
          date: now().toUTCString(),
        },
        ...(answer.body !== undefined && { body: JSON.stringify(answer.body) }),
      };
    },
    change: state.change,
    remove: state.remove,
  };

  function answerOrFault(request: GraphRequest, report: (fault: GraphFault) => Answer): Answer {
    try {
      if (!/^Bearer\s+\S/i.test(request.headers.authorization ?? '')) throw unauthenticated();
      return route(request);
    } catch (error) {
      if (error instanceof GraphFault) return report(error);
      throw error;
    }
  }
}
