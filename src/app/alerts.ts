import type { Omission } from '../domain/account.ts';
import type { RefusalCode } from '../domain/command.ts';
import { guid } from '../domain/guid.ts';
import type { Conversation, KnownRequest } from '../domain/request.ts';
import type { RequestIdOf, RequestStore } from './ports.ts';
import { recorded } from './recorded.ts';
import type { Submit } from './submit.ts';

/** What an app asks for. All but `clientId` is untrusted text. */
export interface Alert {
  readonly clientId: string;
  readonly targets: readonly string[];
  readonly reason: string | null;
  /** What the app calls itself, and where the reader of the card finds more. */
  readonly source: string;
  readonly link: { readonly url: string; readonly opens: boolean } | null;
  readonly locale: string;
  /** The same one asks once. */
  readonly idempotencyKey: string;
}

type Opened =
  | { readonly kind: 'opened'; readonly id: string; readonly code: string }
  /** Those accounts wait for a decision already. */
  | { readonly kind: 'alreadyOpen'; readonly code: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  | { readonly kind: 'noOneLeft'; readonly omitted: readonly Omission[] }
  /** Nothing was heard from Teams yet, and the cloud names no address to begin with. */
  | { readonly kind: 'noAddress' };

/** How a request of an app stands, in the words that came with it. */
interface AlertState {
  readonly id: string;
  readonly code: string;
  readonly state: KnownRequest['phase'];
  readonly accounts: readonly { readonly target: string; readonly outcome: string }[];
}

/** A request that others replaced is followed so far. */
const mostSuccessors = 10;

/**
 * Requests that other apps open. The app is who asked; the card stands in the approvers' conversation, and people decide.
 * Nothing here can approve.
 * @throws DirectoryError when Graph could not be asked: nothing was recorded
 */
export function createAlerts(deps: {
  readonly submit: Submit;
  readonly store: Pick<RequestStore, 'read'>;
  readonly requestIdOf: RequestIdOf;
  readonly tenantId: string;
  /** Where the card stands; `null` as long as it is not known through which address Teams is spoken to. */
  readonly approvers: () => Conversation | null;
  readonly wake: (requestId: string) => void;
}) {
  const { submit, store, requestIdOf, tenantId, approvers, wake } = deps;

  const read = async (id: string) => (await recorded(store, id))?.state;

  return {
    async open({ clientId, targets, reason, source, link, locale, idempotencyKey }: Alert): Promise<Opened> {
      const conversation = approvers();
      if (!conversation) return { kind: 'noAddress' };
      const requestId = requestIdOf('alert', clientId, idempotencyKey);
      const submitted = await submit({
        requestId,
        by: { id: clientId, tenantId, name: source, app: true },
        conversation,
        targets: targets.map((text) => ({ kind: guid.test(text) ? 'objectId' : 'address', text })),
        reason,
        dryRun: false,
        locale,
        ...(link ? { link } : {}),
      });
      switch (submitted.kind) {
        case 'recorded': {
          wake(requestId);
          const state = await read(requestId);
          if (!state) throw new Error('a request that is on record is not there');
          return { kind: 'opened', id: requestId, code: state.request.code };
        }
        case 'alreadyOpen':
          return { kind: 'alreadyOpen', code: submitted.state.request.code };
        case 'refused':
        case 'noOneLeft':
          return submitted;
        case 'preview':
        case 'miscalled':
          throw new Error('an alert is never a dry run, and has no words beside its addresses');
        default:
          return submitted satisfies never;
      }
    },

    /** `null`: there is none, or another one asked. What took its place, because an account had changed, counts as it. */
    async tell(clientId: string, id: string): Promise<AlertState | null> {
      const first = await read(id);
      if (first?.request.by.app !== true || first.request.by.id !== clientId) return null;
      let last = first;
      for (let steps = 0; last.successor && steps < mostSuccessors; steps += 1) {
        const next = await read(last.successor.id);
        if (!next) break;
        last = next;
      }
      const { request, phase, results } = last;
      const accounts = [
        ...request.targets.map(({ account, asked }) => ({
          target: asked ?? account.id,
          outcome: results.get(account.id)?.outcome ?? waiting(phase),
        })),
        ...request.omitted.map(({ asked, code }) => ({ target: asked, outcome: code })),
      ];
      return { id, code: request.code, state: phase, accounts };
    },
  };
}

export type Alerts = ReturnType<typeof createAlerts>;

/** What is to be said of an account on which there is no report. */
function waiting(phase: KnownRequest['phase']): 'waiting' | 'notDone' {
  return phase === 'requested' || phase === 'approved' || phase === 'executing' ? 'waiting' : 'notDone';
}
