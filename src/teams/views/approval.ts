import type { Requested } from '../../domain/request.ts';
import type { ApprovalData } from '../card-data.ts';
import type { Texts } from '../texts/en.ts';
import { leftOut } from './left-out.ts';
import { approversLine, plain, shownName, shownReason, strong, targetsShown, warnings } from './shown.ts';

/** The card that asks. */
export function approvalView(requestId: string, request: Requested, texts: Texts, now: Date): ApprovalData {
  const { code, targets, omitted, by, reason, self, at, expiresAt, conversation } = request;
  const mention = conversation.kind !== 'personal';
  const said = reason === null ? null : shownReason(reason);
  const button = (title: string) => ({ title, requestId });
  return {
    lang: texts.lang,
    fallbackText: self ? texts.ownFallback(code, mention) : texts.approvalFallback(code, mention),
    title: self ? texts.ownTitle : texts.approvalTitle(targets.length),
    code,
    ...targetsShown(targets, texts, now, 'facts'),
    leftOut: leftOut(omitted, texts),
    warnings: warnings(request, texts),
    request: [strong(shownName(by)), plain(self ? texts.asksForSelf(said) : texts.asks(said))],
    approvers: self ? null : approversLine(request, texts),
    effects: texts.effects,
    approve: button(texts.buttons.approve),
    deny: self ? null : button(texts.buttons.deny),
    cancel: button(texts.buttons.cancel),
    footer: [
      plain(texts.footer(at, expiresAt, mention)),
      strong(texts.approveSentence(code)),
      plain(texts.or),
      strong(self ? texts.cancelSentence(code) : texts.denySentence(code)),
      plain('.'),
    ],
  };
}
