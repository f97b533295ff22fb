import type { EmulatedGroup, EmulatedPerson } from './directory.ts';

export type { EmulatedGroup, EmulatedPerson, EmulatedRisk, EmulatedRole, EmulatedSignInActivity } from './directory.ts';

export interface GraphRequest {
  readonly method: string;
  /** path and query, beginning /v1.0/ or /beta/ */
  readonly path: string;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GraphReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface EmulatedTenant {
  /** Answers as Graph would; errors are replies, never rejections. */
  handle(request: GraphRequest): Promise<GraphReply>;
  /** Changes a person, as an administrator would. Throws for an unknown id. */
  change(id: string, patch: Partial<EmulatedPerson>): void;
  /** Soft-deletes a person: gone from /users, found in the deleted items. Throws for an unknown id. */
  remove(id: string): void;
}

export interface EmulatedTenantOptions {
  readonly now: () => Date;
  readonly uuid: () => string;
  /** milliseconds until a revocation shows when the user is read */
  readonly readBackLagMs: number;
  readonly people: readonly EmulatedPerson[];
  readonly groups: readonly EmulatedGroup[];
}

export function createTenant(_options: EmulatedTenantOptions): EmulatedTenant {
  throw new Error('not ready');
}
