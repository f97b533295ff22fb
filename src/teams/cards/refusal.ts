import type { Limit, RefusalCode } from '../../domain/command.ts';
import type { RequestState } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { dateTime } from '../texts/format.ts';
import { shownName, whyDecided } from './shown.ts';
import { literalText } from './untrusted-text.ts';

interface Refused {
  readonly code: RefusalCode;
  readonly limit?: Limit;
  /** Of the request that was to be decided. */
  readonly state?: RequestState;
}

/** Why something was refused, in plain text: with the limit, or with who decided the request that is over, and when. */
export function refusalLine({ code, limit, state }: Refused, texts: Texts): string {
  const said = texts.refusals[code];
  if (limit) return said + texts.marks.sentence + texts.limit(limit);
  const over = state && (code === 'alreadyDecided' || code === 'expired') ? howItEnded(state, texts) : null;
  return over ?? said;
}

/** Who decided it and when, or until when it could be decided; `null` while that is open. */
function howItEnded(state: RequestState, texts: Texts): string | null {
  if (state.phase === 'none') return null;
  const { request, decision, stopped } = state;
  const lines =
    state.phase === 'expired'
      ? [`${texts.lookUp.timeline.expired} (${dateTime(request.expiresAt)})`]
      : [
          ...(decision
            ? [
                texts.lookUp.decidedBy(decision.verb, shownName(decision.by), decision.at) +
                  whyDecided(decision, texts, 'onList').join(''),
              ]
            : []),
          ...(stopped ? [texts.lookUp.timeline.stopped(shownName(stopped.by))] : []),
        ];
  return lines.length === 0
    ? null
    : literalText(`${request.code}${texts.marks.label}${lines.join(texts.marks.parts)}${texts.marks.end}`);
}
