/** Reading cards the way a person does: what stands on them and which buttons they have, wherever those are laid out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };
type JsonObject = { readonly [name: string]: Json | undefined };

export type Button = {
  readonly title: string;
  /** Empty on an Action.Submit that carries none in its data. */
  readonly verb: string;
  readonly data: JsonObject;
  /** The data of the Action.Submit that stands in for the button on old clients. */
  readonly fallback: JsonObject | undefined;
};

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const READ = ['text', 'title', 'value', 'label', 'altText'];

function* objectsIn(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) for (const one of value) yield* objectsIn(one);
  if (!isObject(value)) return;
  yield value;
  // What an action carries is not shown, and its fallback is the same button again.
  const hidden = String(value.type ?? '').startsWith('Action.')
    ? ['data', 'fallback']
    : ['msteams', 'fallback', 'refresh'];
  for (const [name, child] of Object.entries(value)) if (!hidden.includes(name)) yield* objectsIn(child);
}

const stringIn = (inline: unknown) => (isObject(inline) ? String(inline.text ?? '') : String(inline));

/** Every piece of text on the card, in the order of the JSON, one per line; the runs of one paragraph are one piece. */
export function textOf(card: unknown): string {
  const lines: string[] = [];
  for (const object of objectsIn(card)) {
    if (object.type === 'TextRun') continue;
    for (const name of READ) if (typeof object[name] === 'string') lines.push(object[name]);
    if (Array.isArray(object.inlines)) lines.push(object.inlines.map(stringIn).join(''));
  }
  return lines.join('\n');
}

/** Every Action.Execute and Action.Submit that a person can press. */
export function buttonsOf(card: unknown): Button[] {
  return [...objectsIn(card)]
    .filter(({ type }) => type === 'Action.Execute' || type === 'Action.Submit')
    .map(({ title, verb, data, fallback }) => {
      const own = isObject(data) ? data : {};
      return {
        title: String(title ?? ''),
        verb: String(verb ?? own.verb ?? ''),
        data: own,
        fallback: isObject(fallback) && isObject(fallback.data) ? fallback.data : undefined,
      };
    });
}

/** The Adaptive Card in an activity, if it carries one. */
export function cardIn(activity: unknown): JsonObject | undefined {
  const attachments = isObject(activity) ? activity.attachments : undefined;
  if (!Array.isArray(attachments)) return undefined;
  const found = attachments.find((one) => isObject(one) && one.contentType === CARD_TYPE);
  return isObject(found) && isObject(found.content) ? found.content : undefined;
}

/** All that an activity shows: its text and its card's. */
export function shownBy(activity: unknown): string {
  const text = isObject(activity) && typeof activity.text === 'string' ? activity.text : '';
  return [text, textOf(cardIn(activity))].filter(Boolean).join('\n');
}
