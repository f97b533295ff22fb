import { buttonsOf, cardIn, shownBy } from '../test/support/production/card.ts';
import { groupChat, type Person, type Place } from '../test/support/production/teams-client.ts';
import type { World } from '../test/support/production/world.ts';

const patienceMs = 300_000;

/** A request for approval as it stands in a chat. */
export interface Asked {
  readonly place: Place;
  readonly activityId: string;
  /** What was said there before it, and the card itself. */
  readonly before: ReadonlySet<string>;
}

let places = 0;
const newChat = () => {
  places += 1;
  return groupChat(`bench-${places}`);
};

/** Asks for these people, in a new chat where none is named, and waits for the card. */
export async function ask(
  { teams, connector }: World,
  by: Person,
  people: readonly Person[],
  place: Place = newChat(),
): Promise<Asked> {
  const earlier = new Set(connector.conversation(place.id).map(({ activityId }) => activityId));
  await teams.say(by, place, `revoke sessions for ${people.map(({ id }) => id).join(' ')} because of the bench`);
  const shown = await connector.waitFor(
    () =>
      connector
        .conversation(place.id)
        .find(({ activityId, activity }) => !earlier.has(activityId) && buttonsOf(cardIn(activity)).length > 0),
    patienceMs,
  );
  return { place, activityId: shown.activityId, before: earlier.add(shown.activityId) };
}

/** Presses a button of the card as it is now. */
export async function press(
  { teams, connector }: World,
  by: Person,
  { place, activityId }: Asked,
  verb: string,
  token?: string,
) {
  const button = buttonsOf(cardIn(connector.current(activityId))).find((one) => one.verb === verb);
  if (!button) throw new Error(`the card has no button ${verb}`);
  const authentication = token === undefined ? {} : { authentication: { id: 'any', connectionName: 'entra', token } };
  return teams.execute(by, place, activityId, { ...button, ...authentication });
}

/** Waits for the result's card, whatever is said in words before it; answers what it says. */
export async function result({ connector }: World, { place, before }: Asked): Promise<string> {
  const posted = await connector.waitFor(
    () => connector.conversation(place.id).find((one) => !before.has(one.activityId) && cardIn(one.activity)),
    patienceMs,
  );
  return shownBy(posted.activity);
}
