import type { Log, TargetReference } from '../app/ports.ts';
import type { Submit, Submitted } from '../app/submit.ts';
import type { SuggestPeople } from '../app/suggest-people.ts';
import type { RefusalCode } from '../domain/command.ts';
import type { Speaker } from './actor.ts';
import type { AdaptiveCardJson } from './card-data.ts';
import type { Chat } from './chat.ts';
import { parseTargets } from './command.ts';
import { closed, type DialogAnswer, dialog } from './dialog-answer.ts';
import { literalText } from './literal-run.ts';
import { seen } from './markup-text.ts';
import { answerWithinMs } from './on-click.ts';
import type { CardRenderer } from './render-card.ts';
import { requestIdFor } from './request-id.ts';
import { sentenceFor } from './sentence-for.ts';
import type { Texts } from './texts/en.ts';
import { dialogView, type Entered, noteView } from './views/dialog.ts';
import { leftOutLines } from './views/left-out.ts';
import { shownName } from './views/shown.ts';
import { unclearLine } from './views/unsure.ts';
import { whatIfView } from './views/what-if.ts';

interface Deps {
  readonly submit: Submit;
  readonly suggestPeople: SuggestPeople;
  readonly chat: Chat;
  readonly cards: CardRenderer;
  readonly wake: (requestId: string) => void;
  readonly outsideTurn: (name: string, work: () => Promise<void>) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => Date;
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
  | { readonly kind: 'preview'; readonly card: AdaptiveCardJson; readonly title: string }
  | { readonly kind: 'problem' | 'fault'; readonly lines: readonly string[] };

const aboutThePerson: ReadonlySet<RefusalCode> = new Set(['notMember', 'disabled', 'notRequester']);
/** People picked whose addresses are looked up, for the dialog to be shown again. */
const mostNamed = 20;

/** What was entered in the dialog becomes an ordinary request in the conversation, under the rules for typed ones. */
export function createSubmitDialog(deps: Deps) {
  const { submit, suggestPeople, chat, cards, wake, outsideTurn, sleep, now, log } = deps;

  return async function submitDialog(speaker: Speaker, submission: Submission, texts: Texts): Promise<DialogAnswer> {
    const own = texts.dialog;
    const tooLate = sleep(answerWithinMs).then(() => null);
    const asking = ask(speaker, submission, texts);
    const outcome = await Promise.race([asking, tooLate]);
    if (outcome === null) {
      outsideTurn('late dialog', async () => tell(speaker, await asking, texts));
      return note(own.late, [own.lateText], texts);
    }
    switch (outcome.kind) {
      case 'recorded':
        return closed;
      case 'preview':
        return dialog(outcome.title, outcome.card);
      case 'fault':
        return note(own.refused, outcome.lines, texts);
      case 'problem': {
        const addressOf = await Promise.race([addresses(speaker, submission.entered.people), tooLate]);
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
    // Of the dialog as it was opened for this person, so that one submitted twice asks once.
    const requestId = requestIdFor({
      conversationId: conversation.id,
      activityId: `dialog ${opening}`,
      personId: person.id,
    });
    try {
      const submitted = await submit({
        requestId,
        by: person,
        conversation,
        targets: [...picked, ...targets],
        reason: entered.reason || reason,
        dryRun: entered.whatIf,
        locale,
      });
      return outcomeOf(submitted, texts);
    } catch (error) {
      log.error({ err: error, requestId }, 'what was entered in a dialog could not be dealt with');
      return problem(sentenceFor(error, texts));
    }
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
      case 'refused': {
        const kind = aboutThePerson.has(submitted.code) ? 'fault' : 'problem';
        return { kind, lines: [texts.refusals[submitted.code]] };
      }
      case 'nobody':
        return problem(texts.nobodyLeft, ...leftOutLines(submitted.omitted, texts));
      default:
        return submitted satisfies never;
    }
  }

  /** The dialog was answered before this was known; then only the chat is left to say it. */
  async function tell({ person, conversation }: Speaker, outcome: Outcome, texts: Texts): Promise<void> {
    if (outcome.kind === 'recorded') return;
    if (outcome.kind === 'preview') {
      await chat.postCard(conversation, outcome.card, outcome.card.fallbackText, { kind: 'text' });
      return;
    }
    const name = shownName({ name: literalText(person.name) });
    await chat.postText(conversation, texts.lateAnswer(name, outcome.lines.join('\n')));
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

function problem(...lines: readonly string[]): Outcome {
  return { kind: 'problem', lines };
}
