import type { Requested } from '../../domain/request.ts';
import { graphActions } from '../../domain/result.ts';
import type { Texts } from '../texts/en.ts';
import type { HelpData, WhatIfData } from './card-data.ts';
import { leftOut } from './left-out.ts';
import { approversLine, plain, subtle, targetsShown, warnings } from './shown.ts';

/** The calls differ in nothing but the object id. */
const mostCalls = 3;

/** Dry run: everything that would be asked, checked and sent. */
export function whatIfView(request: Requested, texts: Texts, now: Date): WhatIfData {
  const { targets, omitted, action, expiresAt } = request;
  const { version, validFrom } = graphActions[action];
  const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
  const calls = targets
    .slice(0, mostCalls)
    .map(({ account }) => [{ text: `POST /${version}/users/${account.id}/${action}`, look: 'code' as const }]);
  const hidden = targets.length - mostCalls;
  const { person, people, more } = targetsShown(targets, texts, now, { facts: true });
  return {
    lang: texts.lang,
    fallbackText: texts.whatIfFallback,
    title: texts.whatIfTitle(targets.length),
    notice: texts.whatIfNotice,
    person,
    people,
    more,
    leftOut: leftOut(omitted, texts),
    warnings: warnings(request, texts),
    sections: [
      { heading: texts.wouldAsk, lines: [[plain(texts.wouldAskText(minutes))], approversLine(request, texts)] },
      { heading: texts.wouldCheck, lines: texts.wouldCheckText.map((line) => [plain(line)]) },
      { heading: texts.wouldSend, lines: hidden > 0 ? [...calls, [plain(texts.more(hidden))]] : calls },
      { heading: texts.wouldRead, lines: [[{ text: validFrom, look: 'code' }]] },
    ],
  };
}

export function helpView(texts: Texts): HelpData {
  return {
    lang: texts.lang,
    fallbackText: texts.helpFallback,
    title: texts.helpTitle,
    intro: texts.helpIntro,
    commands: texts.helpCommands,
    footer: [subtle(texts.helpFooter)],
  };
}

/** On arrival in a conversation: shorter, with one example. */
export function welcomeView(texts: Texts): HelpData {
  return {
    lang: texts.lang,
    fallbackText: texts.helpFallback,
    title: texts.helpTitle,
    intro: texts.welcomeIntro,
    commands: texts.welcomeCommands,
    footer: [subtle(texts.welcomeFooter)],
  };
}
