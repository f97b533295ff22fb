import type { Powers } from '../../app/view-for.ts';
import type { DecisionVerb, KnownRequest, Requested } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import type { ApprovalData, Line } from './card-data.ts';
import { leftOut } from './left-out.ts';
import { literalText } from './literal-run.ts';
import {
  approversLine,
  plain,
  requesterMayApprove,
  shownName,
  shownPerson,
  shownReason,
  strong,
  targetsShown,
  warnings,
} from './shown.ts';

/** The card that asks; for one person, where `powers` says what that person may do. */
export function approvalView(
  requestId: string,
  request: Requested,
  texts: Texts,
  now: Date,
  powers: Powers | null = null,
  agreed: KnownRequest['agreed'] = null,
): ApprovalData {
  const { code, targets, omitted, by, reason, self, link } = request;
  const said = reason === null ? null : shownReason(reason);
  // Where it leads stands there as it is; only hosts that the settings name become a button.
  const alertLink = link ? [plain(' '), plain(literalText(link.url))] : [];
  const may = powers?.may ?? powersThere(request);
  const button = (verb: DecisionVerb) => (may.has(verb) ? { title: texts.buttons[verb], requestId } : null);
  return {
    lang: texts.lang,
    fallbackText: fallback(request, may, texts),
    title: self ? texts.ownTitle : texts.approvalTitle(targets.length),
    code,
    ...targetsShown(targets, texts, now, { facts: true, requestId }),
    leftOut: leftOut(omitted, texts),
    warnings: [...(agreed ? [texts.agreed(shownName(agreed), code)] : []), ...warnings(request, texts)],
    request: [strong(shownPerson(by)), plain(self ? texts.asksForSelf(said) : texts.asks(said)), ...alertLink],
    approvers: self ? null : approversLine(request, texts),
    effects: texts.effects,
    yours: powers?.whyNot ? texts.refusals[powers.whyNot] : null,
    openAlert: link?.opens ? { title: texts.openAlert, url: link.url } : null,
    approve: button('approve'),
    deny: self ? null : button('deny'),
    cancel: button('cancel'),
    footer: footer(request, may, texts),
  };
}

type May = ReadonlySet<DecisionVerb>;

/** In a 1:1 chat the only reader is the one who asked; elsewhere anybody may read it. What is typed is judged anew. */
function powersThere(request: Requested): May {
  const alone = request.conversation.kind === 'personal' && !request.self && !requesterMayApprove(request);
  return new Set<DecisionVerb>(alone ? ['cancel'] : ['approve', 'deny', 'cancel']);
}

function needsMention({ conversation }: Requested): boolean {
  return conversation.kind !== 'personal';
}

function fallback(request: Requested, may: May, texts: Texts): string {
  const { auth, self, code, targets } = request;
  if (!may.has('approve')) return texts.resultFallback(texts.approvalTitle(targets.length), code);
  if (auth === 'delegated') return texts.signedInFallback(code);
  return self ? texts.ownFallback(code, needsMention(request)) : texts.approvalFallback(code, needsMention(request));
}

/** What to type where buttons fail. A sentence carries no sign-in, so with that it can only refuse. */
function footer(request: Requested, may: May, texts: Texts): Line {
  const { self, code, at, expiresAt, auth } = request;
  const onlyButton = auth === 'delegated' && may.has('approve');
  const sentences = [
    ...(may.has('approve') && !onlyButton ? [texts.approveSentence(code)] : []),
    ...(may.has('deny') && !self ? [texts.denySentence(code)] : may.has('cancel') ? [texts.cancelSentence(code)] : []),
  ];
  if (sentences.length === 0) return [plain(texts.expires(at, expiresAt))];
  const leadsTo = onlyButton ? texts.signedInFooter : texts.footer;
  return [
    plain(leadsTo(at, expiresAt, needsMention(request))),
    ...sentences.flatMap((sentence, index) => (index === 0 ? [strong(sentence)] : [plain(texts.or), strong(sentence)])),
    plain(texts.marks.end),
  ];
}
