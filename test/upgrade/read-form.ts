/** What may stand at one place of a record. */
interface Place {
  /** As in the form: `string`, `null`, `"card"` … */
  readonly values: string[];
  readonly properties: Map<string, { readonly place: Place; isNeeded: boolean }>;
  element: Place | null;
}

export interface Form {
  /** By type of event. */
  readonly events: ReadonlyMap<string, Place>;
  /** What can be found in records, as `path: what`: a kind of value, or that nothing stands there. */
  readonly traits: ReadonlySet<string>;
}

const leftOut = 'left out';
const newPlace = (): Place => ({ values: [], properties: new Map(), element: null });

/** @param lines of `storedForm` */
export function readForm(lines: readonly string[]): Form {
  const root = newPlace();
  const traits = new Set<string>();
  for (const line of lines) {
    const [, marked = '', text = ''] = /^([^:]+): (.+)$/.exec(line) ?? [];
    let place = root;
    let path = '';
    for (const step of marked.split('.')) {
      const [, name = '', mark, lists = ''] = /^(\w+)([?~]?)((?:\[\])*)$/.exec(step) ?? [];
      if (!name) throw new Error(`not understood: ${line}`);
      path += `${path && '.'}${name}`;
      if (mark) traits.add(`${path}: ${leftOut}`);
      const known = place.properties.get(name) ?? { place: newPlace(), isNeeded: true };
      if (mark) known.isNeeded = false;
      place.properties.set(name, known);
      place = known.place;
      for (const list of lists.match(/\[\]/g) ?? []) {
        path += list;
        place.element ??= newPlace();
        place = place.element;
      }
    }
    for (const what of text.split(' | ')) {
      place.values.push(what);
      traits.add(`${path}: ${what}`);
    }
  }
  return { events: new Map([...root.properties].map(([type, { place }]) => [type, place])), traits };
}

/** What is wrong with a record by this form, and what it has of it. */
export function compare(form: Form, { v: _, type, ...rest }: Readonly<Record<string, unknown>>) {
  const flaws: string[] = [];
  const traits = new Set<string>();

  const visit = (path: string, place: Place, value: unknown): void => {
    if (Array.isArray(value)) {
      if (!place.element) flaws.push(`${path} is a list`);
      else for (const each of value) visit(`${path}[]`, place.element, each);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, { isNeeded }] of place.properties) {
        if (name in value) continue;
        if (isNeeded) flaws.push(`${path}.${name} is missing`);
        traits.add(`${path}.${name}: ${leftOut}`);
      }
      for (const [name, each] of Object.entries(value)) {
        const known = place.properties.get(name);
        if (known) visit(`${path}.${name}`, known.place, each);
        else flaws.push(`${path}.${name} is not known`);
      }
    } else {
      const whats = place.values.filter((what) => isA(value, what));
      if (whats.length === 0) flaws.push(`${path} is ${JSON.stringify(value)}`);
      for (const what of whats) traits.add(`${path}: ${what}`);
    }
  };

  const event = form.events.get(String(type));
  if (event) visit(String(type), event, rest);
  else flaws.push(`there is no ${type}`);
  return { flaws, traits };
}

function isA(value: unknown, what: string): boolean {
  return what === 'string' || what === 'number' ? typeof value === what : JSON.parse(what) === value;
}
