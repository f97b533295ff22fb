import type { Powers } from '../../app/lookups.ts';
import type { DecisionVerb, KnownRequest, Requested } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { leftOut, skipped } from './accounts.ts';
import { usualFacts } from './facts.ts';
import {
  type Button,
  type Fact,
  type LeftOut,
  type Line,
  type LinkButton,
  plain,
  type RequestCard,
  strong,
  type TargetsShown,
} from './parts.ts';
import {
  approversLine,
  requesterMayApprove,
  shownName,
  shownPerson,
  shownReason,
  targetsShown,
  warnings,
  whom,
} from './shown.ts';
import { literalText } from './untrusted-text.ts';

/** Asks for an approval. */
export interface ApprovalData extends RequestCard, TargetsShown {
  /** How many were named and are not part of it. */
  readonly skipped: string | null;
  /** Rules that change what the reader may do; empty where none does. */
  readonly warnings: readonly string[];
  /** Who asks and why. */
  readonly request: Line;
  /** Who can approve; null where the line above says it. */
  readonly approvers: Line | null;
  /** Why the reader has no button to approve; null where it is not known who reads, or where there is one. */
  readonly yours: string | null;
  /** Leads to the alert of the app that asked; null where there is none, or its host is not one of the settings'. */
  readonly openAlert: LinkButton | null;
  /** Null where it is known that the reader may not. */
  readonly approve: Button | null;
  /** Null where there is no one to refuse: a person's own sessions, and the requester. */
  readonly deny: Button | null;
  /** In plain sight for the requester. */
  readonly cancel: Button | null;
  /** Until when, and what to type where buttons fail. */
  readonly footer: Line;
  /** Folded. */
  readonly details: {
    /** Trusted. */
    readonly title: string;
    readonly facts: readonly Fact[];
    readonly leftOut: LeftOut | null;
    /** What will happen, and what will not, one sentence each. */
    readonly effects: readonly string[];
    /** Where it is not known who reads: the requester may be among them. */
    readonly cancel: Button | null;
    /** In a 1:1 chat, where who asked is the only reader. */
    readonly deny: Button | null;
  };
}

/** The card that asks; for one person, where `powers` says what that person may do. */
export function approvalView(
  requestId: string,
  request: Requested,
  texts: Texts,
  now: Date,
  powers: Powers | null = null,
  agreed: KnownRequest['agreed'] = null,
): ApprovalData {
  const { code, targets, omitted, by, reason, self, conversation, link } = request;
  const said = reason === null ? null : shownReason(reason);
  // Where it leads stands there as it is; only hosts that the settings name become a button.
  const alertLink = link ? [plain(' '), plain(literalText(link.url))] : [];
  const may = powers?.may ?? powersThere(request);
  // In a 1:1 chat the only reader is the one who asked.
  const isAsker = powers?.isRequester ?? (self || conversation.kind === 'personal');
  const button = (verb: 'deny' | 'cancel') => (may.has(verb) ? { title: texts.buttons[verb], requestId } : null);
  return {
    lang: texts.lang,
    fallbackText: fallback(request, may, texts),
    title: self ? texts.ownTitle : texts.approvalTitle(targets.length),
    code,
    ...targetsShown(targets, texts, now, { facts: true, requestId }),
    skipped: skipped(omitted, texts),
    warnings: [...(agreed ? [texts.lookUp.timeline.agreed(shownName(agreed))] : []), ...warnings(request, texts)],
    request: [strong(shownPerson(by)), plain(self ? texts.asksForSelf(said) : texts.asks(said)), ...alertLink],
    approvers: self ? null : approversLine(request, texts),
    yours: powers?.whyNot ? texts.refusals[powers.whyNot] : null,
    openAlert: link?.opens ? { title: texts.openAlert, url: link.url } : null,
    approve: may.has('approve') ? { title: texts.approveButton(targets.length), requestId } : null,
    deny: isAsker ? null : button('deny'),
    cancel: isAsker ? button('cancel') : null,
    footer: footer(request, may, isAsker, texts, now),
    details: {
      title: texts.details,
      facts: usualFacts(targets, texts, now),
      leftOut: leftOut(omitted, texts),
      effects: texts.effects,
      cancel: isAsker || powers !== null ? null : button('cancel'),
      deny: self || !isAsker || powers !== null ? null : button('deny'),
    },
  };
}

type May = ReadonlySet<DecisionVerb>;

/** In a 1:1 chat the only reader is the one who asked; elsewhere anyone may read it. What is typed is judged anew. */
function powersThere(request: Requested): May {
  const alone = request.conversation.kind === 'personal' && !request.self && !requesterMayApprove(request);
  return new Set<DecisionVerb>(alone ? ['cancel'] : ['approve', 'deny', 'cancel']);
}

function needsMention({ conversation }: Requested): boolean {
  return conversation.kind !== 'personal';
}

function fallback(request: Requested, may: May, texts: Texts): string {
  const { auth, self, code, targets } = request;
  const about = whom(request, texts);
  if (!may.has('approve')) return texts.resultFallback(about, texts.approvalTitle(targets.length), code);
  if (auth === 'delegated') return texts.signedInFallback(about, code);
  const mention = needsMention(request);
  return self ? texts.ownFallback(about, code, mention) : texts.approvalFallback(about, code, mention);
}

/** What to type where buttons fail. A sentence carries no sign-in, so with that it can only refuse. */
function footer(request: Requested, may: May, isAsker: boolean, texts: Texts, now: Date): Line {
  const { code, at, expiresAt, auth } = request;
  const onlyButton = auth === 'delegated' && may.has('approve');
  const sentences = [
    ...(may.has('approve') && !onlyButton ? [texts.approveSentence(code)] : []),
    ...(may.has('deny') && !isAsker
      ? [texts.denySentence(code)]
      : may.has('cancel')
        ? [texts.cancelSentence(code)]
        : []),
  ];
  const expires = texts.expires(at, expiresAt, now);
  if (sentences.length === 0) return [plain(expires)];
  const leadsTo = onlyButton ? texts.signedInFooter : texts.footer;
  return [
    plain(`${expires}${texts.marks.sentence}${leadsTo(needsMention(request))}`),
    ...sentences.flatMap((sentence, index) => (index === 0 ? [strong(sentence)] : [plain(texts.or), strong(sentence)])),
    plain(texts.marks.end),
  ];
}
