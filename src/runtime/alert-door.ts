import { z } from 'zod';
import type { Alert, Alerts } from '../app/alerts.ts';
import { DirectoryError } from '../app/errors.ts';
import type { Log } from '../app/ports.ts';
import type { RefusalCode } from '../domain/command.ts';
import { problem, type Reply, type Routes } from './server.ts';

/** What a good token says, and what is wrong with any other. */
type Caller =
  | { readonly ok: true; readonly clientId: string }
  | { readonly ok: false; readonly code: 'invalid' | 'forbidden' | 'unavailable'; readonly why: string };

interface Deps {
  readonly verify: (token: string) => Promise<Caller>;
  /** Whether this app may call once more now. */
  readonly admit: (clientId: string) => boolean;
  readonly alerts: Pick<Alerts, 'open' | 'tell'>;
  readonly linkHosts: ReadonlySet<string>;
  readonly newKey: () => string;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** One line of text, without what shows nothing. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.replaceAll(/\p{Cc}+/gu, ' ').trim());
const body = z.strictObject({
  targets: z.array(z.string().trim().min(1).max(320)).min(1).max(500),
  reason: line(500).optional(),
  source: line(100).optional(),
  link: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .optional(),
  locale: z.string().max(35).optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
});

/** Under which status an app hears of a refusal; what is not here is a rule for people. */
const refusals: Partial<Record<RefusalCode, readonly [status: number, detail: string]>> = {
  notRequester: [403, 'This app may not open requests.'],
  tooManyTargets: [400, 'More targets than MAX_TARGETS allows.'],
  reasonRequired: [400, 'This bot wants a reason with every request.'],
  tooManyOpen: [429, 'The approvers’ conversation has as many open requests as it may have.'],
  tooManyOfYours: [429, 'This app has as many open requests as MAX_OPEN_PER_REQUESTER allows.'],
  hourlyLimit: [
    429,
    'With these targets more than MAX_TARGETS_PER_HOUR would be revoked for this app within the hour.',
  ],
  lookUpLimit: [429, 'This app had too many accounts looked up within a minute.'],
  noApprover: [422, 'No one can approve this: every approver is a target or may not approve.'],
  protectionUnknown: [503, 'It cannot be read now who is protected, so nothing is asked.'],
};

/**
 * The door through which other apps open requests: `POST /api/requests` and `GET /api/requests/{id}`. No caller is listened to
 * before the token is checked. Errors are problem details (RFC 9457).
 */
export function createAlertDoor(deps: Deps): NonNullable<Routes['alerts']> {
  const { verify, admit, alerts, linkHosts, newKey, log } = deps;

  /** The app behind a call, or what it is told instead. */
  async function callerOf(authorization: string | undefined): Promise<string | Reply> {
    const [, token] = /^Bearer ([\w.-]{1,16384})$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) return problem(401, 'A token of Entra is needed.');
    const caller = await verify(token);
    if (!caller.ok) {
      log.warn({ why: caller.why }, 'an alert with a token that does not count');
      if (caller.code === 'unavailable') return problem(503, 'The token cannot be checked now.');
      return caller.code === 'invalid'
        ? problem(401, 'The token does not count here.')
        : problem(403, 'This app may not open requests.');
    }
    return admit(caller.clientId) ? caller.clientId : problem(429, 'Too many calls within a minute.');
  }

  /** What goes wrong behind the door is said in general; the log has the rest. */
  async function answered(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      log.error({ err: error }, 'an alert could not be dealt with');
      const cause = error instanceof DirectoryError ? 'Microsoft Graph' : 'The record of this bot';
      return problem(503, `${cause} does not answer as it should. Try again with the same idempotencyKey.`);
    }
  }

  return {
    post: (authorization, readBody) =>
      answered(async () => {
        const clientId = await callerOf(authorization);
        if (typeof clientId !== 'string') return clientId;
        const sent = await readBody();
        if ('status' in sent) return problem(sent.status, sent.status === 413 ? 'Too large.' : 'Not JSON.');
        const read = body.safeParse(sent.json);
        if (!read.success) {
          const [issue] = read.error.issues;
          return problem(400, `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not valid'}.`);
        }
        const { targets, reason, source, link, locale = 'en', idempotencyKey = newKey() } = read.data;
        const alert: Alert = {
          clientId,
          targets,
          reason: reason || null,
          source: source || clientId,
          link: link === undefined ? null : { url: link, opens: linkHosts.has(new URL(link).hostname) },
          locale,
          idempotencyKey,
        };
        const opened = await alerts.open(alert);
        switch (opened.kind) {
          case 'opened':
            log.info({ requestId: opened.id, clientId }, 'an alert opened a request');
            return { status: 202, body: { id: opened.id, code: opened.code } };
          case 'alreadyOpen':
            return problem(409, 'Those accounts wait for a decision already.', { code: opened.code });
          case 'noAddress':
            return problem(503, 'Teams was not heard from yet: say something to the bot in APPROVAL_CONVERSATION.');
          case 'noOneLeft':
            return problem(422, 'None of the targets can be done.', {
              accounts: opened.omitted.map(({ asked, code }) => ({ target: asked, outcome: code })),
            });
          case 'refused': {
            const [status, detail] = refusals[opened.code] ?? [403, 'This app may not open requests.'];
            return problem(status, detail);
          }
          default:
            return opened satisfies never;
        }
      }),
    get: (authorization, id) =>
      answered(async () => {
        const clientId = await callerOf(authorization);
        if (typeof clientId !== 'string') return clientId;
        const state = /^[A-Z0-9]{20}$/.test(id) ? await alerts.tell(clientId, id) : null;
        return state ? { status: 200, body: state } : problem(404, 'This app opened no such request.');
      }),
  };
}
