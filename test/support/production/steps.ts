import assert from 'node:assert/strict';
import { type Button, buttonsOf, cardIn, shownBy } from './card.ts';
import type { Shown } from './fake-connector.ts';
import type { GraphCall } from './fake-graph-server.ts';
import type { Answered, Person, Place, SendOptions } from './teams-client.ts';
import type { World } from './world.ts';

/** A card that asks for approval, as it was posted. */
export type AskedCard = {
  readonly place: Place;
  readonly activityId: string;
  readonly card: unknown;
  readonly text: string;
  /** The short code printed on it. */
  readonly code: string;
  readonly buttons: readonly Button[];
};

export type Steps = {
  /** A card that was posted, as one to press buttons of. */
  asAsked(place: Place, shown: Shown): AskedCard;
  /** Says the sentence and waits for the card that it brings. */
  ask(person: Person, place: Place, sentence: string): Promise<AskedCard>;
  /** Presses a button of the card and checks that the answer is an envelope that Teams accepts. */
  press(
    person: Person,
    asked: AskedCard,
    verb: string,
    options?: SendOptions,
  ): Promise<{ card: unknown; text: string } & Answered>;
  /** Waits until the posted card has no buttons any more; gives back what it says. */
  closed(asked: AskedCard, timeoutMs?: number): Promise<string>;
  /**
   * What is posted in the place from now on, but for the notice that calls the approvers to a card, which comes a moment
   * after it; call it before what brings the post.
   */
  nextPost(place: Place): (timeoutMs?: number, matches?: RegExp) => Promise<string>;
  /** Waits until the process that runs now has put an event of this type on record, or so many. */
  recorded(type: string, timeoutMs?: number, times?: number): Promise<void>;
  /** How many events of this type the process that runs now has put on record. */
  count(type: string): Promise<number>;
  /** Graph's writes for this person, since these steps were made. */
  writesFor(person: Person): readonly GraphCall[];
  /** Waits for the first write for this person that Graph answered. */
  written(person: Person, timeoutMs?: number): Promise<GraphCall>;
};

/** Letters and digits that codes are made of. */
const CODE = '[234679ACDEFGHJKMNPQRTUVWXY]{4,20}';

export function codeOn(text: string): string {
  const typed = new RegExp(`\\bapprove[\\s\\u00a0]+(${CODE})\\b`).exec(text)?.[1];
  const alone = text.split('\n').find((line) => new RegExp(`^${CODE}$`).test(line.trim()));
  return typed ?? alone?.trim() ?? '';
}

const CARD = 'application/vnd.microsoft.card.adaptive';
const MESSAGE = 'application/vnd.microsoft.activity.message';

export function createSteps(world: World): Steps {
  const { connector, graph, teams } = world;
  const count = async (type: string) => {
    const counted = new RegExp(`^session_revoker_events_total\\{type="${type}"\\} (\\d+)`, 'm');
    return Number(counted.exec(await (await fetch(`${world.bot().url}/metrics`)).text())?.[1] ?? 0);
  };
  const earlier = new Set(graph.writes());
  const writesFor = ({ id }: Person) => graph.writes().filter((call) => call.path.includes(id) && !earlier.has(call));

  const asAsked = (place: Place, { activity, activityId }: Shown) => {
    const card = cardIn(activity);
    const text = shownBy(activity);
    return { place, activityId, card, text, code: codeOn(text), buttons: buttonsOf(card) };
  };

  return {
    writesFor,
    asAsked,
    count,
    async recorded(type, timeoutMs = 60_000, times = 1) {
      const deadline = Date.now() + timeoutMs;
      while ((await count(type)) < times) {
        if (Date.now() > deadline) throw new Error(`no ${type} on record after ${timeoutMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    written: (person, timeoutMs) =>
      graph.waitFor(() => writesFor(person).find(({ status }) => status !== undefined), timeoutMs),

    async ask(person, place, sentence) {
      const from = connector.log.length;
      const answer = await teams.say(person, place, sentence);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const shown = await connector.waitFor((log) =>
        log
          .slice(from)
          .find(
            ({ conversationId, activity }) =>
              conversationId === place.id && buttonsOf(cardIn(activity)).some(({ verb }) => verb === 'approve'),
          ),
      );
      return asAsked(place, shown);
    },

    async press(person, asked, verb, options) {
      const button = asked.buttons.find((one) => one.verb === verb);
      assert.ok(button, `no button ${verb} among ${asked.buttons.map((one) => one.verb)}`);
      const answer = await teams.execute(person, asked.place, asked.activityId, button, options);
      assert.equal(answer.status, 200, 'Teams wants HTTP 200 for whatever bot code handled');
      const { statusCode, type, value } = answer.body as { statusCode: number; type: string; value: unknown };
      assert.equal(statusCode, 200);
      assert.ok([CARD, MESSAGE].includes(type), type);
      const card = type === CARD ? value : undefined;
      const text = type === CARD ? shownBy({ attachments: [{ contentType: CARD, content: value }] }) : String(value);
      assert.notEqual(text, '', 'an empty answer counts as none and is sent again');
      return { ...answer, card, text };
    },

    closed: (asked, timeoutMs) =>
      connector.waitFor(() => {
        const activity = connector.current(asked.activityId);
        return buttonsOf(cardIn(activity)).length === 0 && shownBy(activity);
      }, timeoutMs),

    nextPost(place) {
      const from = connector.log.length;
      return (timeoutMs, matches = /^(?!.*: approval needed)/s) =>
        connector.waitFor(
          (log) =>
            log
              .slice(from)
              .filter(({ kind, conversationId }) => kind === 'post' && conversationId === place.id)
              .map(({ activity }) => shownBy(activity))
              .find((text) => matches.test(text)),
          timeoutMs,
        );
    },
  };
}
