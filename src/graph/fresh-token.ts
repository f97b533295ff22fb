import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { claimsOf } from '../base/read.ts';
import type { Credential } from './pipeline.ts';

/** A credential that can be asked past what it keeps: what it was told an hour ago may be true no more. */
export type RenewableCredential = Credential & {
  /** A credential for the same identity that keeps nothing yet. */
  readonly fresh?: () => Credential;
};

/** What cannot be read for good is worth no fresh token each time. A write is. */
const pauseMs = { read: 60_000, write: 0 };

/**
 * One fresh token where the one that was sent may be out of date: Graph does not take it (401), or it lacks a permission that
 * may have been granted since (403). Neither was carried out, so the call is sent again, once, and only with a token that is
 * another one and, for a 403, holds more.
 */
export function createFreshTokens({ fresh }: RenewableCredential, scope: string, elapsed: () => number) {
  let known: { readonly old: string; readonly token: string; readonly until: string } | null = null;
  let asking: Promise<void> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  const ask = async (old: string): Promise<void> => {
    askedAt = elapsed();
    const got = await Promise.resolve(fresh?.().getToken(scope, { enableCae: true })).catch(() => null);
    if (got) known = { old, token: got.token, until: new Date(got.expiresOnTimestamp).toISOString() };
  };
  const renew = async (old: string, sentAt: number, kind: 'read' | 'write'): Promise<string | null> => {
    if (!fresh) return null;
    // Those that were under way together are told apart by nothing: one token is for all of them.
    if (!asking && askedAt < sentAt && elapsed() - askedAt >= pauseMs[kind]) {
      asking = ask(old).finally(() => {
        asking = null;
      });
    }
    await asking;
    return known?.old === old ? known.token : null;
  };

  return {
    policy(kind: 'read' | 'write'): PipelinePolicy {
      return {
        name: 'freshToken',
        async sendRequest(request, next) {
          const sent = tokenOf(request.headers.get('authorization'));
          const use = known !== null && known.old === sent ? known.token : sent;
          request.headers.set('authorization', `Bearer ${use}`);
          const sentAt = elapsed();
          const response = await next(request);
          if (!isAboutTheToken(response)) return response;
          const token = await renew(sent, sentAt, kind);
          if (token === null || token === use) return response;
          if (response.status === 403 && !holdsMore(token, use)) return response;
          request.headers.set('authorization', `Bearer ${token}`);
          return next(request);
        },
      };
    },
    /** Until when a token counts that cannot be replaced; `null` where it could be, or nothing was tried. */
    staleUntil: (): string | null => (known !== null && known.old === known.token ? known.until : null),
  };
}

function tokenOf(header: string | undefined): string {
  return (header ?? '').replace(/^Bearer /, '');
}

/** A challenge with claims is met where the token is made. */
function isAboutTheToken({ status, headers }: PipelineResponse): boolean {
  if (status === 403) return true;
  return status === 401 && !/\bclaims="?[\w+/=-]+/.test(headers.get('www-authenticate') ?? '');
}

/** What cannot be read is Graph's to judge, and was judged. */
function holdsMore(token: string, than: string): boolean {
  try {
    const [now, before] = [token, than].map((one) => claimsOf(one).roles);
    return Array.isArray(now) && Array.isArray(before) && now.some((role) => !before.includes(role));
  } catch {
    return false;
  }
}
