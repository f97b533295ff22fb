import type { Clock, Log, RequestIdOf } from './app/ports.ts';
import type { ComposedChat } from './compose-chat.ts';
import type { UseCases } from './compose-use-cases.ts';
import { type Observer, watchWaiting } from './runtime/observe.ts';
import type { Worker } from './runtime/worker.ts';
import type { Setup } from './setup.ts';
import { createOpenDialog } from './teams/answer/dialog-open.ts';
import { createSubmitDialog } from './teams/answer/dialog-submit.ts';
import { createLookUp } from './teams/answer/look-up.ts';
import { createOnClick } from './teams/answer/on-click.ts';
import { createOnDialog } from './teams/answer/on-dialog.ts';
import { createOnLookUp } from './teams/answer/on-look-up.ts';
import { createOnMessage } from './teams/answer/on-message.ts';
import { createSpeakUp } from './teams/answer/speak-up.ts';
import { createOpenLines, type LinkTo } from './teams/cards/already-open.ts';
import { deepLink } from './teams/chat/deep-link.ts';
import { createIsInstalled } from './teams/chat/is-installed.ts';
import { createRoster } from './teams/chat/roster.ts';
import { createWelcome } from './teams/chat/welcome.ts';
import { Bot } from './teams/wire/bot.ts';
import { createFloodGate } from './teams/wire/flood.ts';
import { createReceive } from './teams/wire/receive.ts';

interface Parts extends Pick<Worker, 'wake' | 'run'> {
  readonly useCases: UseCases;
  readonly requestIdOf: RequestIdOf;
  readonly chat: ComposedChat;
  readonly clock: Clock;
  readonly log: Log;
  readonly turn: Observer['turn'];
}

/** What comes in from Teams, from its headers to the use case that it asks for. */
export function composeBot(setup: Setup, { useCases, requestIdOf, chat: spoken, clock, log, turn, wake, run }: Parts) {
  const { tenantId, policy } = setup;
  const { submit, askAgain, review, putRight, findByCode, maySeeHistory, suggestPeople } = useCases;
  const { cards, requestCard, reach, addresses, answers: chat } = spoken;
  const { now } = clock;
  const sleep = (ms: number) => clock.sleep(ms);

  const speakUp = createSpeakUp({ chat, after: clock.after, log });
  const linkTo: LinkTo = ({ request, cardIds }) =>
    deepLink(setup.teamsHost, tenantId, request.conversation, cardIds.at(-1));
  const openLines = createOpenLines({ linkTo, now });

  const roster = createRoster({ reach, tenantId, log });
  const onMessage = createOnMessage({
    speakUp,
    submit,
    askAgain,
    review,
    putRight,
    findByCode,
    requestIdOf,
    roster,
    chat,
    cards,
    openLines,
    wake,
    now,
    log,
  });
  const onLookUp = createOnLookUp({
    speakUp,
    lookUp: createLookUp({
      status: useCases.status,
      history: useCases.history,
      cards,
      requestCard,
      linkTo,
    }),
    maySeeHistory,
    roster,
    chat,
    sleep,
    log,
  });
  const onClick = createOnClick({
    speakUp,
    watchWaiting,
    review,
    askAgain,
    look: useCases.look,
    requestCard,
    openLines,
    signInRequest: setup.signIn?.request ?? null,
    chat,
    wake,
    outsideTurn: run,
    sleep,
    log,
  });
  const isInstalled = createIsInstalled({ reach });
  const onDialog = createOnDialog({
    openDialog: createOpenDialog({ suggestPeople, isInstalled, cards, sleep, log }),
    submitDialog: createSubmitDialog({
      speakUp,
      submit,
      requestIdOf,
      suggestPeople,
      isInstalled,
      chat,
      cards,
      openLines,
      wake,
      outsideTurn: run,
      sleep,
      now,
      log,
    }),
    cards,
  });
  const bot = new Bot({
    tenantId,
    allowedConversations: withApprovals(setup.allowedConversations, policy.approvalConversation),
    admit: createFloodGate(clock),
    admitRefresh: createFloodGate(clock),
    onMessage,
    onClick,
    putRight,
    addresses,
    onDialog,
    welcome: createWelcome({ chat, cards, clock, log }),
    onLookUp,
    chat,
    outsideTurn: (name, work) =>
      run(name, setup.answerDelayMs === 0 ? work : () => sleep(setup.answerDelayMs).then(work)),
    log,
  });
  return createReceive({
    adapter: setup.adapter,
    guard: setup.guard,
    run: (context) => turn(context.activity.type, context.activity.conversation?.id, () => bot.run(context)),
    log,
  });
}

/** Where requests are decided the bot works, whatever else is allowed. */
function withApprovals(allowed: ReadonlySet<string> | null, approvals: string | null): ReadonlySet<string> | null {
  return allowed && approvals !== null ? new Set([...allowed, approvals]) : allowed;
}
