import type { Log, RequestIdOf, TargetReference } from '../../app/ports.ts';
import type { SuggestPeople } from '../../app/resolve-targets.ts';
import type { Ask, Submit, Submitted } from '../../app/submit.ts';
import type { RefusalCode } from '../../domain/command.ts';
import type { OpenLines } from '../cards/already-open.ts';
import { dialogView, type Entered, installView, noteView } from '../cards/dialog.ts';
import { leftOutLines } from '../cards/left-out.ts';
import { literalText } from '../cards/literal-run.ts';
import type { AdaptiveCardJson, CardRenderer } from '../cards/render-card.ts';
import { shownName } from '../cards/shown.ts';
import { miscalledLines, unclearLine } from '../cards/unsure.ts';
import { whatIfView } from '../cards/what-if.ts';
import type { Chat } from '../chat/chat.ts';
import type { IsInstalled } from '../chat/is-installed.ts';
import { parseTargets } from '../sentence/command.ts';
import { seen } from '../sentence/markup-text.ts';
import type { Texts } from '../texts/en.ts';
import type { Speaker } from '../wire/actor.ts';
import { closed, type DialogAnswer, dialog } from './dialog-answer.ts';
import { startClock } from './in-time.ts';
import { sentenceFor } from './sentence-for.ts';
import type { SpeakUp } from './speak-up.ts';

interface Deps {
  readonly submit: Submit;
  readonly requestIdOf: RequestIdOf;
  readonly suggestPeople: SuggestPeople;
  readonly isInstalled: IsInstalled;
  readonly chat: Chat;
  readonly cards: CardRenderer;
  readonly openLines: OpenLines;
  readonly wake: (requestId: string) => void;
  readonly outsideTurn: (name: string, work: () => Promise<void>) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => Date;
  readonly speakUp: SpeakUp;
  readonly log: Log;
}

interface Submission {
  readonly opening: string;
  readonly entered: Entered;
  readonly locale: string;
}

/** What became of it; `fault` is not about what was entered, so entering something else does not help. */
type Outcome =
  | { readonly kind: 'recorded' }
  /** The bot is not in the conversation, so it could not say there what it is asked. */
  | { readonly kind: 'notHere' }
  | { readonly kind: 'preview'; readonly card: AdaptiveCardJson; readonly title: string }
  | { readonly kind: 'problem' | 'fault'; readonly lines: readonly string[] };

const aboutThePerson: ReadonlySet<RefusalCode> = new Set(['notMember', 'disabled', 'notRequester']);
/** People picked whose addresses are looked up, for the dialog to be shown again. */
const mostNamed = 20;
/** For whether the bot is there (unknown by then: it is asked all the same), and if not, whether the person may ask at all. */
const awayWithinMs = 1000;

/** What was entered in the dialog becomes an ordinary request in the conversation, under the rules for typed ones. */
export function createSubmitDialog(deps: Deps) {
  const {
    submit,
    requestIdOf,
    suggestPeople,
    isInstalled,
    chat,
    cards,
    wake,
    outsideTurn,
    sleep,
    now,
    log,
    speakUp,
    openLines,
  } = deps;

  return async function submitDialog(speaker: Speaker, submission: Submission, texts: Texts): Promise<DialogAnswer> {
    const own = texts.dialog;
    const inTime = startClock(sleep);
    const asking = ask(speaker, submission, texts);
    const outcome = await inTime(asking);
    if (outcome === null) {
      outsideTurn('late dialog', async () =>
        tell(speaker, await speakUp(speaker.conversation, texts.stillWorking, asking), texts),
      );
      return note(own.late, [own.lateText], texts);
    }
    switch (outcome.kind) {
      case 'recorded':
        return closed;
      case 'notHere':
        return dialog(own.title, cards.render('dialog-install', installView(texts, submission.entered)));
      case 'preview':
        return dialog(outcome.title, outcome.card);
      case 'fault':
        return note(own.refused, outcome.lines, texts);
      case 'problem': {
        const addressOf = await inTime(addresses(speaker, submission.entered.people));
        const shown = { problems: outcome.lines, notices: [], addressOf: addressOf ?? new Map() };
        const view = dialogView(submission.entered, { opening: submission.opening, ...shown }, texts);
        return dialog(own.title, cards.render('dialog', view));
      }
      default:
        return outcome satisfies never;
    }
  };

  async function ask(speaker: Speaker, { opening, entered, locale }: Submission, texts: Texts): Promise<Outcome> {
    const { targets, unclear, reason } = parseTargets(seen(entered.addresses));
    if (unclear.length > 0) return problem(unclearLine(unclear, texts));
    const picked = entered.people.map((id): TargetReference => ({ kind: 'objectId', text: id }));
    if (picked.length + targets.length === 0) return problem(texts.dialog.nobodyNamed);
    const { person, conversation } = speaker;
    const asked = { targets: [...picked, ...targets], reason: entered.reason || reason };
    const requestId = requestIdOf(conversation.id, `dialog ${opening} ${contentOf(asked)}`, person.id);
    try {
      const away = await whyNotHere(speaker, texts);
      if (away) return away;
      const submitted = await submit({ requestId, by: person, conversation, ...asked, dryRun: entered.whatIf, locale });
      return outcomeOf(submitted, texts);
    } catch (error) {
      log.error({ err: error, requestId }, 'what was entered in a dialog could not be dealt with');
      return problem(sentenceFor(error, texts));
    }
  }

  /**
   * Asked anew: the bot may have been removed since the dialog was opened. Whoever may not ask is told that instead, as far
   * as it can be read in time: that the bot is not here can be said in the dialog alone.
   */
  async function whyNotHere({ person, conversation }: Speaker, texts: Texts): Promise<Outcome | null> {
    const here = await startClock(sleep, awayWithinMs)(isInstalled(conversation, person.id));
    if (here !== false) return null;
    const asking = await startClock(sleep, awayWithinMs)(suggestPeople(person, []).catch(() => null));
    return asking?.kind === 'refused' ? { kind: 'fault', lines: [texts.refusals[asking.code]] } : { kind: 'notHere' };
  }

  function outcomeOf(submitted: Submitted, texts: Texts): Outcome {
    switch (submitted.kind) {
      case 'recorded':
        wake(submitted.requestId);
        return { kind: 'recorded' };
      case 'preview': {
        const view = whatIfView(submitted.state.request, texts, now());
        return { kind: 'preview', card: cards.render('what-if', view), title: view.title };
      }
      case 'alreadyOpen':
        return { kind: 'fault', lines: openLines(submitted, texts) };
      case 'refused': {
        const kind = aboutThePerson.has(submitted.code) ? 'fault' : 'problem';
        return { kind, lines: [texts.refusals[submitted.code]] };
      }
      case 'miscalled':
        return problem(...miscalledLines(submitted.miscalled, texts));
      case 'nobody':
        return problem(texts.nobodyLeft, ...leftOutLines(submitted.omitted, texts));
      default:
        return submitted satisfies never;
    }
  }

  /** The dialog was answered before this was known; then only the chat is left to say it. */
  async function tell({ person, conversation }: Speaker, outcome: Outcome, texts: Texts): Promise<void> {
    // Where the bot is not, it cannot say so.
    if (outcome.kind === 'recorded' || outcome.kind === 'notHere') return;
    if (outcome.kind === 'preview') {
      await chat.postCard(conversation, outcome.card, outcome.card.fallbackText, { kind: 'text', for: person.id });
      return;
    }
    const name = shownName({ name: literalText(person.name) });
    await chat.postText(conversation, texts.lateAnswer(name, outcome.lines.join('\n')), { for: person.id });
  }

  function note(title: string, lines: readonly string[], texts: Texts): DialogAnswer {
    return dialog(texts.dialog.title, cards.render('dialog-note', noteView(title, lines, texts)));
  }

  /** By object id. The person may ask: otherwise this would not be shown again. */
  async function addresses({ person }: Speaker, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const references = people.slice(0, mostNamed).map((id): TargetReference => ({ kind: 'objectId', text: id }));
    if (references.length === 0) return new Map();
    const suggested = await suggestPeople(person, references).catch(() => null);
    const found = suggested?.kind === 'suggested' ? suggested.suggestions : [];
    return new Map(found.flatMap(({ account }) => (account ? [[account.id, account.upn]] : [])));
  }
}

export type SubmitDialog = ReturnType<typeof createSubmitDialog>;

/**
 * Of a dialog that was opened once, the same content submitted twice asks once; what was changed after an answer in doubt
 * is another request, because nobody may take those for asked who were not.
 */
function contentOf({
  targets,
  reason,
}: Pick<Ask, 'reason'> & { readonly targets: readonly TargetReference[] }): string {
  return JSON.stringify([[...new Set(targets.map(({ text }) => text.toLowerCase()))].toSorted(), reason]);
}

function problem(...lines: readonly string[]): Outcome {
  return { kind: 'problem', lines };
}
