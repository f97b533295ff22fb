import { DirectoryError } from '../app/errors.ts';
import type { Directory, Log, RevokeAnswer } from '../app/ports.ts';
import { type GraphAction, type GraphTrace, graphActions } from '../domain/result.ts';
import { errorCode, type GraphAnswer, type GraphClient, problemOf } from './graph-client.ts';
import { mePath, userPath } from './path.ts';
import { type HeldSignIns, noSignIns } from './sign-ins.ts';

const deadlineMs = 10_000;

/** The one write: made once, and whatever comes of it is an answer. */
export function createRevoke(
  graph: GraphClient,
  deps: {
    readonly action: GraphAction;
    readonly log: Pick<Log, 'warn'>;
    readonly signIns?: Pick<HeldSignIns, 'credentialOf'>;
  },
): Directory['revoke'] {
  const { action, log, signIns = noSignIns } = deps;
  const { version } = graphActions[action];
  return async function revoke(objectId, clientRequestId, onBehalf) {
    const as = onBehalf && signIns.credentialOf(onBehalf);
    if (onBehalf && !as) return { kind: 'unknown', code: 'approverSignIn', trace: {} };
    const self = onBehalf?.personId === objectId;
    let answer: GraphAnswer;
    try {
      answer = await graph.send({
        method: 'POST',
        version,
        path: self ? mePath(action) : userPath(objectId, action),
        write: true,
        ...(as ? { as } : {}),
        deadlineMs,
        clientRequestId,
      });
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      // An id that no request can carry.
      if (error.problem === 'rejected') return { kind: 'refused', code: 'rejected', trace: {} };
      // Without a token nothing was sent, but that is only known here; "unknown" is read back, so it is safe.
      const code = onBehalf && error.problem === 'signIn' ? 'approverSignIn' : error.problem;
      return { kind: 'unknown', code, trace: {} };
    }
    const judged = judge(answer);
    if (judged.kind !== 'accepted') {
      const { status, graphRequestId } = answer;
      log.warn({ clientRequestId, graphRequestId, status, code: errorCode(answer.body) }, 'Graph did not take a write');
    }
    return onBehalf ? asPerson(judged, self) : judged;
  };
}

/** What is a permission or a sign-in of the app is a role, a consent or a sign-in of the person. */
function asPerson(judged: RevokeAnswer, self: boolean): RevokeAnswer {
  if (judged.kind === 'refused' && judged.code === 'missingPermission') {
    return { ...judged, code: self ? 'missingConsent' : 'missingRole' };
  }
  return judged.kind === 'unknown' && judged.code === 'signIn' ? { ...judged, code: 'approverSignIn' } : judged;
}

function judge(answer: GraphAnswer): RevokeAnswer {
  const { graphRequestId, date: graphDate, resourceUnits, throttlePercentage, retryAfterMs, tokenUntil } = answer;
  const trace: GraphTrace = known({ graphRequestId, graphDate, resourceUnits, throttlePercentage, tokenUntil });
  const code = problemOf(answer);
  if (code === null) return { kind: 'accepted', trace };
  if (code === 'missingPermission' || code === 'rejected') return { kind: 'refused', code, trace };
  return { kind: 'unknown', code, trace, ...known({ retryAfterMs }) };
}

/** Without what is undefined: on record, a thing is there or it is not. */
function known<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
