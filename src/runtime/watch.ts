import type { Execute } from '../app/execute.ts';
import type { Directory, Log, Notifier, RequestStore } from '../app/ports.ts';
import type { Review } from '../app/review.ts';
import type { RunCommand } from '../app/run-command.ts';
import type { Submit } from '../app/submit.ts';
import type { RequestEvent } from '../domain/request.ts';
import { around } from './around.ts';
import type { Metrics } from './metrics.ts';
import type { Tracer } from './tracer.ts';
import { countWaiting, watchWaiting } from './waiting.ts';

const graphCalls = ['find', 'findDeleted', 'read', 'facts', 'roles', 'memberOf', 'entry', 'members', 'revoke'] as const;
const chatCalls = ['postCard', 'updateCard', 'postNotice', 'postFollow', 'postResult', 'updateResult'] as const;

const storeCalls = ['read', 'append', 'openIds', 'idsBeginning', 'requestsAbout', 'approvedSince'] as const;

/** Puts metrics and spans around what everything passes through, so that the rest of the house knows of neither. */
export function createWatch(metrics: Metrics, tracer: Tracer, log: Log) {
  const learn = (requestId: string, [first]: readonly RequestEvent[]) => {
    if (first?.type === 'Requested') tracer.note(requestId, { code: first.code, where: first.where });
  };
  /** Who it was is on record; the log tells that it happens. */
  const refused = (requestId: string, verb: string, rule: string) => {
    metrics.refused(verb, rule);
    log.info({ requestId, verb, rule }, 'refused');
  };

  return {
    store(store: RequestStore): RequestStore {
      const watched = countWaiting(metrics.watchStore(store), storeCalls);
      return {
        ...watched,
        async read(requestId) {
          const stored = await watched.read(requestId);
          learn(requestId, stored.events);
          return stored;
        },
        async append(version, events) {
          const attributes = { 'session_revoker.events': events.map(({ type }) => type).join(' ') };
          await tracer.span('store append', { kind: 'client', attributes }, () => watched.append(version, events));
          learn(version.requestId, events);
        },
      };
    },
    directory(directory: Directory): Directory {
      return around(metrics.watchDirectory(directory), graphCalls, (name, work, args) => {
        const sent = name === 'revoke' ? { 'session_revoker.graph.client_request_id': String(args[1]) } : {};
        return tracer.span(`graph ${name}`, { kind: 'client', attributes: sent, after: resultOf }, work);
      });
    },
    notifier(notifier: Notifier): Notifier {
      return around(metrics.watchNotifier(notifier), chatCalls, (name, work) =>
        tracer.span(`teams ${name}`, { kind: 'client' }, work),
      );
    },
    runCommand(runCommand: RunCommand): RunCommand {
      return async (requestId, command) => {
        const ran = await runCommand(requestId, command);
        metrics.ran(command.type, ran);
        return ran;
      };
    },
    submit(submit: Submit): Submit {
      return async (ask) => {
        const { requestId, conversation, targets, dryRun } = ask;
        const attributes = { 'session_revoker.targets': targets === 'self' ? 1 : targets.length };
        const options = { where: conversation.id, begins: true, attributes, after: kindOf };
        const submitted = await tracer.span('submit', dryRun ? options : { ...options, requestId }, () => submit(ask));
        if (submitted.kind === 'refused') refused(requestId, 'ask', submitted.code);
        return submitted;
      };
    },
    review(review: Review): Review {
      return async (click) => {
        const { requestId, verb, where } = click;
        const after = (reviewed: unknown) => ({
          'session_revoker.decision': (reviewed as { code?: string }).code ?? 'taken',
        });
        const reviewed = await tracer.span(`review ${verb}`, { requestId, where, after }, () => review(click));
        if (!reviewed.ok) refused(requestId, verb, reviewed.code);
        return reviewed;
      };
    },
    execute(execute: Execute): Execute {
      return (...call) => tracer.span('execute', { after: resultOf }, () => execute(...call));
    },
    worker: {
      within: (requestId: string, work: () => Promise<void>) =>
        tracer.span('work', { requestId, apart: true, quiet: true }, work),
      swept: metrics.swept,
      failed: metrics.stepFailed,
    },
    /** Whoever waits for some work can be told what it waits for. */
    waiting: watchWaiting,
    /** What goes on after its turn has ended. */
    outsideTurn: (name: string, work: () => Promise<void>) => tracer.span(name, {}, work),
    /** Everything that comes in from Teams. */
    turn(kind: string, where: string | undefined, work: () => Promise<void>): Promise<void> {
      const name = kind === 'message' || kind === 'invoke' ? kind : 'activity';
      return tracer.span(name, { kind: 'server', apart: true, ...(where === undefined ? {} : { where }) }, work);
    },
  };
}

export type Watch = ReturnType<typeof createWatch>;

const resultOf = (answer: unknown) => {
  const kind = (answer as { kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? { 'session_revoker.result': kind } : {};
};
const kindOf = (submitted: unknown) => ({ 'session_revoker.submitted': (submitted as { kind: string }).kind });
