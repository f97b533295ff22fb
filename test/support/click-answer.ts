import assert from 'node:assert/strict';
import { en } from '../../src/teams/texts/en.ts';
import { secret } from './bot-desk.ts';
import { at, httpStatus, isOutsiders, placeName, type Wanted } from './click-meaning.ts';
import { allRequests } from './click-scene.ts';
import { directoryProblems } from './samples.ts';

/** Everything the bot has to say to a click or a decision. */
const sentences: ReadonlySet<unknown> = new Set([
  ...[...Object.values(en.refusals), ...directoryProblems.map(en.problem)],
  ...[
    en.flood,
    en.notAllowedHere,
    en.noPerson,
    en.internal,
    en.isDecided,
    en.stillChecking('graph'),
    en.stillChecking('store'),
    en.hint,
    en.tooLong,
    en.askedAgain,
    en.alreadyAskedAgain('R9GH'),
    en.stillOpen,
  ],
]);
const dialogs: ReadonlySet<unknown> = new Set([
  'composeExtension/fetchTask',
  'composeExtension/submitAction',
  'task/fetch',
  'task/submit',
]);

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/**
 * Whether an activity was answered in form, and not with more than its sender may know.
 * @param isOdd something is away or slow, so that the answer may be another sentence than usual
 * @returns a word for the kind of answer
 */
export function checkAnswer(activity: unknown, { status, body }: Answer, want: Wanted | null, isOdd: boolean): string {
  const [type, name] = [at(activity, 'type'), at(activity, 'name')];
  if (status === 200 && httpStatus(activity) === 403 && isOutsiders(activity)) {
    assert.ok(type === 'invoke' && (name === 'adaptiveCard/action' || dialogs.has(name)));
    assert.equal(
      (body as { value?: unknown; task?: { value: unknown } }).value ?? at(body, 'task', 'value'),
      en.refusals.notMember,
    );
    return 'an outsider';
  }
  assert.equal(status, httpStatus(activity));
  if (status !== 200 || type !== 'invoke') {
    assert.equal(body, undefined);
    return String(status);
  }
  if (dialogs.has(name)) return checkDialog(body);
  const {
    statusCode,
    type: kindOfAnswer,
    value,
    ...rest
  } = body as { statusCode: unknown; type: unknown; value: unknown };
  assert.deepEqual(rest, {});
  if (name !== 'adaptiveCard/action') {
    const error = { code: 'NotImplemented', message: en.unknownInvoke };
    assert.deepEqual([statusCode, kindOfAnswer, value], [501, 'application/vnd.microsoft.error', error]);
    return 'another invoke';
  }
  assert.equal(statusCode, 200);
  const request = want && 'requestId' in want ? allRequests.find(({ id }) => id === want.requestId) : undefined;
  const isHere = want !== null && request?.place === placeName(want.where);
  if (kindOfAnswer === 'application/vnd.microsoft.card.adaptive') {
    assert(isHere, 'a card is shown where it belongs alone');
    const { type: kind, version, fallbackText } = value as Record<string, unknown>;
    assert.deepEqual([kind, version, typeof fallbackText], ['AdaptiveCard', '1.5', 'string']);
    const offered = [...JSON.stringify(value).matchAll(/"verb":"(approve|deny|cancel)"/g)].map(([, verb]) => verb);
    if (want?.via !== 'looked') {
      assert.deepEqual(offered, [], 'nothing is left to decide');
      return 'a card';
    }
    const { may } = request ?? assert.fail();
    const allowed = (['approve', 'deny', 'cancel'] as const).filter((verb) => may[verb].includes(want.by));
    for (const verb of offered)
      assert(
        allowed.some((one) => one === verb),
        `${want.by} is offered ${verb}`,
      );
    return `looked: ${offered.length > 0 ? 'may decide' : 'may not'}`;
  }
  assert.equal(kindOfAnswer, 'application/vnd.microsoft.activity.message');
  assert(sentences.has(value) || tellsTheEnd(value), String(value));
  if (want && !isHere && !isOdd) assert.equal(value, en.refusals.unknownRequest, 'elsewhere it does not exist');
  return value === en.noPerson ? 'no person' : 'a sentence';
}

/** What Teams takes for an answer about a dialog: nothing, which closes it, or a card in it. */
function checkDialog(body: object | undefined): string {
  if (JSON.stringify(body) === '{}') return 'a dialog closed';
  const { type, value } = (body as { task: { type: unknown; value: Record<string, unknown> } }).task;
  assert.equal(type, 'continue');
  const { title, width, height, card, ...rest } = value;
  assert.deepEqual([width, height, rest], ['medium', 'medium', {}]);
  assert.ok(typeof title === 'string' && title !== '');
  const { contentType, content } = card as { contentType: unknown; content: Record<string, unknown> };
  assert.equal(contentType, 'application/vnd.microsoft.card.adaptive');
  assert.deepEqual([content.type, content.version], ['AdaptiveCard', '1.5']);
  return 'a dialog';
}

/** Who decided what is over, and when. */
const tellsTheEnd = (text: unknown) =>
  /(?:^|: )[A-Z\d]{4,}: (?:(?:Approved|Denied|Withdrawn) by [^\n]+ UTC|Expired: [^\n]+)[^\n]*\.$/.test(String(text));

/** Whether this is one of the bot's own sentences; in the chat it may be addressed to somebody. */
export function isOwnSentence(text: string | undefined): boolean {
  if (text?.startsWith(`${en.notRequested}\n`) || text === en.editedIsNoOrder) return true;
  if (tellsTheEnd(text)) return true;
  if (
    text &&
    /^Already open: [A-Z\d]{4,}, requested \d min ago [^\n]+\nRequested by [^\n]+\nWaiting [^\n]+$/.test(text)
  )
    return true;
  return text !== undefined && [...sentences].some((one) => text === one || text.endsWith(`: ${one}`));
}

/** Nothing of an exception, and nothing that could be a token. */
export function checkSecrets(text: string): void {
  assert(!text.includes(secret) && !/eyJ[\w-]{8,}\.|CloudAdapter|node_modules|\.[jt]s:\d+/.test(text), text);
}
