import { buttonsOf, cardIn, shownBy } from '../test/support/production/card.ts';
import { groupChat, type Person, type Place } from '../test/support/production/teams-client.ts';
import type { World } from '../test/support/production/world.ts';

const patienceMs = 300_000;

/** A request for approval as it stands in a chat of its own. */
export interface Asked {
  readonly place: Place;
  readonly activityId: string;
}

let places = 0;

/** Asks for these people in a new chat and waits for the card. */
export async function ask({ teams, connector }: World, by: Person, people: readonly Person[]): Promise<Asked> {
  places += 1;
  const place = groupChat(`bench-${places}`);
  await teams.say(by, place, `revoke sessions for ${people.map(({ id }) => id).join(' ')} because of the bench`);
  const shown = await connector.waitFor(
    () => connector.conversation(place.id).find(({ activity }) => buttonsOf(cardIn(activity)).length > 0),
    patienceMs,
  );
  return { place, activityId: shown.activityId };
}

/** Presses a button of the card as it is now. */
export async function press({ teams, connector }: World, by: Person, { place, activityId }: Asked, verb: string) {
  const button = buttonsOf(cardIn(connector.current(activityId))).find((one) => one.verb === verb);
  if (!button) throw new Error(`the card has no button ${verb}`);
  return teams.execute(by, place, activityId, button);
}

/** Waits for the result's card, whatever is said in words before it; answers what it says. */
export async function result({ connector }: World, { place, activityId }: Asked): Promise<string> {
  const posted = await connector.waitFor(
    () => connector.conversation(place.id).find((one) => one.activityId !== activityId && cardIn(one.activity)),
    patienceMs,
  );
  return shownBy(posted.activity);
}
