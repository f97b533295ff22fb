import type { Powers } from '../../app/look.ts';
import type { DecisionVerb, Requested } from '../../domain/request.ts';
import type { ApprovalData, Line } from '../card-data.ts';
import type { Texts } from '../texts/en.ts';
import { leftOut } from './left-out.ts';
import { approversLine, plain, shownName, shownReason, strong, targetsShown, warnings } from './shown.ts';

/** The card that asks; for one person, where `powers` says what that person may do. */
export function approvalView(
  requestId: string,
  request: Requested,
  texts: Texts,
  now: Date,
  powers: Powers | null = null,
): ApprovalData {
  const { code, targets, omitted, by, reason, self, auth } = request;
  const said = reason === null ? null : shownReason(reason);
  const button = (verb: DecisionVerb) =>
    powers === null || powers.may.has(verb) ? { title: texts.buttons[verb], requestId } : null;
  return {
    lang: texts.lang,
    fallbackText: fallback(request, texts),
    title: self ? texts.ownTitle : texts.approvalTitle(targets.length),
    code,
    ...targetsShown(targets, texts, now, 'facts'),
    leftOut: leftOut(omitted, texts),
    warnings: warnings(request, texts),
    request: [strong(shownName(by)), plain(self ? texts.asksForSelf(said) : texts.asks(said))],
    approvers: self ? null : approversLine(request, texts),
    effects: texts.effects,
    yours: powers?.whyNot ? texts.refusals[powers.whyNot] : null,
    approve: button('approve'),
    deny: self ? null : button('deny'),
    cancel: button('cancel'),
    footer: auth === 'delegated' ? signedInFooter(request, texts) : footer(request, texts),
  };
}

function needsMention({ conversation }: Requested): boolean {
  return conversation.kind !== 'personal';
}

function fallback(request: Requested, texts: Texts): string {
  const { auth, self, code } = request;
  if (auth === 'delegated') return texts.signedInFallback(code);
  return self ? texts.ownFallback(code, needsMention(request)) : texts.approvalFallback(code, needsMention(request));
}

/** What to type where buttons fail. */
function footer(request: Requested, texts: Texts): Line {
  const { self, code, at, expiresAt } = request;
  return [
    plain(texts.footer(at, expiresAt, needsMention(request))),
    strong(texts.approveSentence(code)),
    plain(texts.or),
    strong(self ? texts.cancelSentence(code) : texts.denySentence(code)),
    plain(texts.marks.end),
  ];
}

/** A sentence carries no sign-in, so it can only refuse. */
function signedInFooter(request: Requested, texts: Texts): Line {
  const { self, code, at, expiresAt } = request;
  return [
    plain(texts.signedInFooter(at, expiresAt, needsMention(request))),
    strong(self ? texts.cancelSentence(code) : texts.denySentence(code)),
    plain(texts.marks.end),
  ];
}
