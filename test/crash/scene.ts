import type { RequestEvent, Verb } from '../../src/domain/request.ts';
import type { EmulatedPerson } from '../../src/local/directory.ts';
import type { BotProcess } from '../support/production/bot-process.ts';
import { shownBy } from '../support/production/card.ts';
import type { Shown } from '../support/production/fake-connector.ts';
import type { FakeAnswer } from '../support/production/https-server.ts';
import { codeOn } from '../support/production/steps.ts';
import { type ActivityJson, groupChat, type Person, type Place } from '../support/production/teams-client.ts';
import { person } from '../support/production/world.ts';
import type { StorageFaults } from '../support/storage-faults.ts';
import { requestOn } from './evidence.ts';
import { type Hold, hold } from './hold.ts';
import type { OnRecord } from './on-record.ts';
import type { Stage, StartOptions } from './stage.ts';

const patienceMs = 60_000;
const [alex, megan] = [person('alex'), person('megan')];

/** One request in a chat of its own: what people do for it, and where it can be made to stand still. */
export interface Scene {
  readonly stage: Stage;
  readonly place: Place;
  readonly targets: readonly EmulatedPerson[];
  /** The first of them. */
  readonly target: EmulatedPerson;
  /** Alex asks. */
  say(): Promise<void>;
  /** The approval card that was posted last. */
  card(): Promise<Shown>;
  /** Megan approves or denies, Alex cancels. */
  press(verb?: Verb, by?: Person): Promise<void>;
  /** The same in words, with the code on the card. */
  type(verb: Verb): Promise<void>;
  hold(
    at: 'graph' | 'connector' | 'authority',
    match: Parameters<typeof hold>[1],
    side: 'before' | 'after',
    skip?: number,
  ): Hold;
  /** The same for a transaction of the table store. */
  holdStore(match: RegExp, side: 'before' | 'after'): Hold;
  /** Resolves when such an event is on record; with the embedded store in the very moment. */
  recorded(type: RequestEvent['type'], what?: string): Promise<void>;
  /** What people do when nothing happens: ask again, press again. */
  goOn(does: {
    readonly ask?: true;
    readonly press?: true;
    readonly newCard?: true;
    readonly verb?: Verb;
  }): Promise<void>;
  /** The process dies and another one starts. */
  restart(options?: StartOptions): Promise<void>;
  /** Everything asked here is over and told, and that is on record. */
  over(how?: { readonly back?: true }): Promise<void>;
}

interface SceneOptions {
  readonly stage: Stage;
  readonly onRecord: OnRecord;
  readonly name: string;
  readonly targets: readonly EmulatedPerson[];
  readonly storage?: StorageFaults | undefined;
  /** The process that is spoken to now. */
  readonly bot: () => BotProcess;
  restart(options?: StartOptions): Promise<void>;
}

export function createScene(options: SceneOptions): Scene {
  const { stage, onRecord, storage, name, targets, bot, restart } = options;
  const [target] = targets;
  if (!target) throw new Error('a scene about nobody');
  const { connector, graph, authority, teams } = stage;
  const place = groupChat(name);
  const pressed = new Set<string>();
  let message: ActivityJson | undefined;
  let isTaken = false;

  const deliver = async (activity: ActivityJson) => {
    message = activity;
    isTaken = (await stage.deliver(bot(), activity))?.status === 200;
  };
  const say = () => {
    const sentence = `revoke sessions for ${targets.map(({ id }) => id).join(', ')}`;
    return deliver(teams.message(alex, place, sentence));
  };
  const isAsking = (one: Shown) => one.conversationId === place.id && requestOn(one) !== undefined;
  const isPressed = (one: Shown) => pressed.has(requestOn(one) ?? '');
  const card = () => connector.waitFor((log) => log.findLast(isAsking), patienceMs);
  const press: Scene['press'] = async (verb = 'approve', by = verb === 'cancel' ? alex : megan) => {
    const shown = await card();
    pressed.add(requestOn(shown) ?? '');
    await stage.press(bot(), by, place, shown, verb);
  };

  return {
    stage,
    place,
    targets,
    target,
    restart,
    say,
    card,
    press,
    async type(verb) {
      const shown = await card();
      pressed.add(requestOn(shown) ?? '');
      await stage.type(bot(), verb === 'cancel' ? alex : megan, place, verb, codeOn(shownBy(shown.activity)));
    },
    hold(at, match, side, skip = 0) {
      const onDone = (answer: FakeAnswer) => {
        const id = answer === 'drop' ? undefined : (answer.body as { id?: unknown } | undefined)?.id;
        if (at === 'connector' && typeof id === 'string') stage.lostAnswer(id);
      };
      return hold({ graph, connector, authority }[at].faults, match, side, { skip, onDone });
    },
    holdStore(match, side) {
      if (!storage) throw new Error('the embedded store cannot be held');
      const { reached, release } = storage.hold(match, side);
      return { reached: reached.then(() => undefined), release };
    },
    recorded: (type, what = '') =>
      onRecord.until(
        place.id,
        (events) => events.some((event) => event.type === type && JSON.stringify(event).includes(what)),
        'at once',
      ),
    async goOn({ ask, press: again, newCard, verb = 'approve' }) {
      // Without its 200 Teams delivers it again; with it, the person sees that nothing comes and says it again.
      if (ask) await (isTaken || !message ? say() : deliver(message));
      if (newCard) await connector.waitFor((log) => log.some((one) => isAsking(one) && !isPressed(one)), patienceMs);
      if (newCard || again) await press(verb);
    },
    over: ({ back } = {}) =>
      onRecord.until(
        place.id,
        (events) => {
          const count = (type: RequestEvent['type']) => events.filter((event) => event.type === type).length;
          const behind = events.filter((event) => event.type === 'ResultPosted' && event.cardBehind).length;
          const told = count('ResultPosted') === count('Requested') && count('ResultCorrected') >= behind;
          const isBackTold = events.some((event) => event.type === 'Noticed' && event.what === 'back');
          const isShown = events.findLastIndex(({ type }) => type === 'ResultCorrected') > 0;
          return count('Requested') > 0 && told && (!back || (isBackTold && isShown));
        },
        'by and by',
      ),
  };
}
