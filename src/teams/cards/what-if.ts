import type { Requested } from '../../domain/request.ts';
import { graphActions } from '../../domain/result.ts';
import type { Texts } from '../texts/en.ts';
import { leftOut, skipped } from './accounts.ts';
import { usualFacts } from './facts.ts';
import { type CardBase, type Fact, type LeftOut, type Line, plain, subtle, type TargetsShown } from './parts.ts';
import { approversLine, targetsShown, warnings } from './shown.ts';

/** A heading with lines under it. */
interface Section {
  /** Trusted. */
  readonly heading: string;
  readonly lines: readonly Line[];
}

/** Dry run: what would be requested, checked and sent. There is no request, so there is no code. */
export interface WhatIfData extends CardBase, TargetsShown {
  /** Says that no request was made and nothing was sent. */
  readonly notice: string;
  readonly skipped: string | null;
  readonly warnings: readonly string[];
  /** What would be requested. */
  readonly sections: readonly Section[];
  /** Asks for the same in earnest, for the person who presses it; null where the list is too long for a button. */
  readonly ask: { readonly title: string; readonly says: string } | null;
  /** Folded: what would be checked and sent. */
  readonly details: {
    /** Trusted. */
    readonly title: string;
    readonly facts: readonly Fact[];
    readonly leftOut: LeftOut | null;
    readonly sections: readonly Section[];
  };
}

/** The sentences to type. */
export interface HelpData extends CardBase {
  readonly intro: string | null;
  readonly commands: readonly { readonly sentence: string; readonly does: string }[];
  readonly footer: Line | null;
}

/** The calls differ in nothing but the object id. */
const mostCalls = 3;

/** Beyond it the card could be too large for Teams. */
const longestOrder = 2000;

function askFor({ targets, reason }: Requested, texts: Texts): WhatIfData['ask'] {
  const says = texts.order(
    targets.map(({ account }) => account.id),
    reason,
    false,
  );
  return says.length > longestOrder ? null : { title: texts.requestApproval, says };
}

/** Dry run: everything that would be asked, checked and sent. In a dialog a card's buttons reach no one. */
export function whatIfView(request: Requested, texts: Texts, now: Date, inDialog = false): WhatIfData {
  const { targets, omitted, action, expiresAt } = request;
  const { version, validFrom } = graphActions[action];
  const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
  const calls = targets
    .slice(0, mostCalls)
    .map(({ account }) => [{ text: `POST /${version}/users/${account.id}/${action}`, look: 'code' as const }]);
  const hidden = targets.length - mostCalls;
  return {
    lang: texts.lang,
    fallbackText: texts.whatIfNotice,
    title: texts.whatIfTitle(targets.length),
    notice: texts.whatIfNotice,
    ...targetsShown(targets, texts, now, { facts: true }),
    skipped: skipped(omitted, texts),
    warnings: warnings(request, texts),
    sections: [
      { heading: texts.wouldAsk, lines: [[plain(texts.wouldAskText(minutes))], approversLine(request, texts)] },
    ],
    ask: inDialog ? null : askFor(request, texts),
    details: {
      title: texts.details,
      facts: usualFacts(targets, texts, now),
      leftOut: leftOut(omitted, texts),
      sections: [
        { heading: texts.wouldCheck, lines: texts.wouldCheckText.map((line) => [plain(line)]) },
        { heading: texts.wouldSend, lines: hidden > 0 ? [...calls, [plain(texts.more(hidden))]] : calls },
        { heading: texts.wouldRead, lines: [[{ text: validFrom, look: 'code' }]] },
      ],
    },
  };
}

/** @param isWelcome on arrival in a conversation: shorter, with one example */
export function helpView(texts: Texts, isWelcome = false): HelpData {
  return {
    lang: texts.lang,
    fallbackText: texts.helpFallback,
    title: texts.helpTitle,
    intro: isWelcome ? texts.welcomeIntro : texts.helpIntro,
    commands: isWelcome ? texts.welcomeCommands : texts.helpCommands,
    footer: [subtle(isWelcome ? texts.welcomeFooter : texts.helpFooter)],
  };
}
