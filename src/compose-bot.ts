import type { Clock, Log, RequestIdOf } from './app/ports.ts';
import type { ComposedChat } from './compose-chat.ts';
import type { UseCases } from './compose-use-cases.ts';
import type { Setup } from './setup.ts';
import { Bot } from './teams/bot.ts';
import { deepLink } from './teams/deep-link.ts';
import { createOpenDialog } from './teams/dialog-open.ts';
import { createSubmitDialog } from './teams/dialog-submit.ts';
import { createFloodGate } from './teams/flood.ts';
import { createIsInstalled } from './teams/is-installed.ts';
import { createLookUp } from './teams/look-up.ts';
import { createOnClick } from './teams/on-click.ts';
import { createOnDialog } from './teams/on-dialog.ts';
import { createOnLookUp } from './teams/on-look-up.ts';
import { createOnMessage } from './teams/on-message.ts';
import { createReceive } from './teams/receive.ts';
import { createRoster } from './teams/roster.ts';
import { createSpeakUp } from './teams/speak-up.ts';
import { createOpenLines, type LinkTo } from './teams/views/already-open.ts';
import { createWelcome } from './teams/welcome.ts';
import type { Watch } from './watch.ts';
import type { Worker } from './worker.ts';

interface Parts extends Pick<Worker, 'wake' | 'run'> {
  readonly useCases: UseCases;
  readonly requestIdOf: RequestIdOf;
  readonly chat: ComposedChat;
  readonly clock: Clock;
  readonly log: Log;
  readonly watch: Pick<Watch, 'turn' | 'waiting'>;
}

/** What comes in from Teams, from its headers to the use case that it asks for. */
export function composeBot(setup: Setup, { useCases, requestIdOf, chat: spoken, clock, log, watch, wake, run }: Parts) {
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
    watchWaiting: watch.waiting,
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
    run: (context) => watch.turn(context.activity.type, context.activity.conversation?.id, () => bot.run(context)),
    log,
  });
}

/** Where requests are decided the bot works, whatever else is allowed. */
function withApprovals(allowed: ReadonlySet<string> | null, approvals: string | null): ReadonlySet<string> | null {
  return allowed && approvals !== null ? new Set([...allowed, approvals]) : allowed;
}
