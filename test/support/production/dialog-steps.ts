import assert from 'node:assert/strict';
import { nodes } from '../card-parts.ts';
import { textOf } from './card.ts';
import type { Answered, Person, Place, SendOptions } from './teams-client.ts';
import type { World } from './world.ts';

/** A dialog as a person has it before them. */
export type ShownDialog = Answered & {
  /** False: it has been closed. */
  readonly open: boolean;
  readonly card: unknown;
  readonly text: string;
  /** What stands in the fields, by their id. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the button carries. */
  readonly data: Readonly<Record<string, unknown>>;
};

/** A message as Teams hands it over with the message action. */
export const teamsMessage = (content: string, attachments: readonly unknown[] = []) => ({
  id: '1611060744833',
  body: { contentType: 'html', content },
  from: { user: { userIdentityType: 'aadUser', id: 'b130c271-d2eb-45f9-83ab-9eb3fe3788bc', displayName: 'SIEM' } },
  mentions: [],
  attachments,
});

export function createDialogSteps(world: World) {
  const send = async (
    who: Person,
    place: Place,
    name: string,
    { message, data }: { readonly message?: unknown; readonly data?: unknown },
    options?: SendOptions,
  ): Promise<ShownDialog> => {
    const value = {
      commandId: 'revokeSessions',
      commandContext: 'message',
      context: { theme: 'default' },
      ...(message === undefined ? {} : { messagePayload: message }),
      ...(data === undefined ? {} : { data }),
    };
    const answer = await world.teams.invoke(who, place, name, value, options);
    assert.equal(answer.status, 200, 'Teams wants HTTP 200 for whatever bot code handled');
    return { ...answer, ...shown(answer.body) };
  };

  return {
    /** Chooses the message action on a message with this content. */
    open: (who: Person, place: Place, message: unknown, options?: SendOptions) =>
      send(who, place, 'composeExtension/fetchTask', { message }, options),
    /** Presses the button of the dialog, with these fields changed. */
    submit: (
      who: Person,
      place: Place,
      on: ShownDialog,
      changed: Readonly<Record<string, unknown>> = {},
      options?: SendOptions,
    ) =>
      send(
        who,
        place,
        'composeExtension/submitAction',
        { message: teamsMessage(''), data: { ...on.data, ...on.fields, ...changed } },
        options,
      ),
    /** What Teams sends when the app has been added from the dialog. */
    installed: (who: Person, place: Place, on: ShownDialog, message: unknown) =>
      send(who, place, 'composeExtension/submitAction', { message, data: on.data }),
  };
}

function shown(body: unknown): Pick<ShownDialog, 'open' | 'card' | 'text' | 'fields' | 'data'> {
  const { task, ...rest } = body as { task?: { type: string; value: { card: { content: unknown } } } };
  assert.deepEqual(rest, {});
  if (!task) return { open: false, card: undefined, text: '', fields: {}, data: {} };
  assert.equal(task.type, 'continue');
  const card = task.value.card.content;
  const inputs = nodes(card).filter(({ type }) => String(type).startsWith('Input.'));
  const button = nodes(card).find(({ type }) => type === 'Action.Submit');
  return {
    open: true,
    card,
    text: textOf(card),
    fields: Object.fromEntries(inputs.map(({ id, value }) => [String(id), value])),
    data: (button?.data ?? {}) as Readonly<Record<string, unknown>>,
  };
}
