import fc from 'fast-check';
import { codeAlphabet } from '../../src/domain/code.ts';
import type { Verb } from '../../src/domain/request.ts';
import type { Sentence } from '../../src/teams/sentence/command.ts';
import { asksBack } from '../../src/teams/sentence/phrases.ts';

/** What somebody means to say, before it is written down in one of the many ways. */
export type Meant =
  | {
      readonly kind: 'revoke';
      readonly dryRun: boolean;
      readonly targets: readonly string[];
      /** Words that name nobody. */
      readonly unclear: readonly string[];
      readonly reason: string | null;
    }
  | { readonly kind: 'revokeMine'; readonly reason: string | null }
  | { readonly kind: 'decide'; readonly verb: Verb; readonly code: string }
  | { readonly kind: 'help' };

const characters = (all: string) => fc.constantFrom(...all);
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** A label of a domain neither begins nor ends with a hyphen (RFC 1123). */
const label = fc
  .string({ unit: characters(`${letters}-`), minLength: 1, maxLength: 20 })
  .filter((text) => !/^-|-$/.test(text));
const local = fc.oneof(
  fc.string({ unit: characters(`${letters}'._!#^~$+&/=%-`), minLength: 1, maxLength: 64 }),
  fc.constantFrom('because', 'and', 'revoke', 'nbsp', '&amp', 'at', 'br', '$&', "o'neil", '__proto__'),
);

const address = fc
  .tuple(local, fc.array(label, { minLength: 2, maxLength: 4 }))
  .map(([name, labels]) => `${name}@${labels.join('.')}`);
const objectId = fc.uuid();
const code = fc.string({ unit: characters(codeAlphabet), minLength: 4, maxLength: 20 });
const verb = fc.constantFrom<Verb[]>('approve', 'deny', 'cancel', 'stop');

const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Words without an @ behind people are why. */
const nobody = fc.constantFrom(...['@adele', 'a@b', 'a@b..c', '@', 'a@', 'u\u017fer@b.example', 'а@b.example']);

/** Any words on one line; none begins like a quotation of plain text. */
const reason = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('because ', 'x', '<b>', '&amp;', '$&', '🙂', ' ', 'a@b.example, '),
      maxLength: 80,
    }),
    fc.integer({ min: 298, max: 320 }).map((length) => '🙂'.repeat(length)),
  )
  .map((text) =>
    text
      .replace(invisible, '')
      .replace(/[\s\uFFFC]+/gu, ' ')
      .trim(),
  )
  // With a question mark at its end the sentence is a question.
  .filter((text) => text !== '' && !/(?:^| )>/.test(text) && !asksBack(text));

export const meant: fc.Arbitrary<Meant> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('revoke' as const),
      dryRun: fc.boolean(),
      targets: fc
        .array(fc.oneof(address, objectId), { minLength: 1, maxLength: 6 })
        .chain((targets) =>
          fc.constantFrom(targets, targets, [...targets, ...targets.map((text) => text.toUpperCase())]),
        ),
      unclear: fc.oneof(fc.constant([]), fc.array(nobody, { maxLength: 3 })),
      reason: fc.option(reason),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revokeMine' as const), reason: fc.option(reason) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('decide' as const), verb, code }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('help' as const) }) },
);

/** What the bot must make of it; `stop` is how the full stop comes out behind a reason, of which it is part. */
export function understood(said: Meant, stop = ''): Sentence {
  const cut = (why: string | null) => {
    if (why === null) return null;
    const all = [...`${why}${stop}`];
    return all.length <= 300 ? all.join('') : `${all.slice(0, 299).join('')}…`;
  };
  switch (said.kind) {
    case 'help':
    case 'decide':
      return said;
    case 'revokeMine':
      return { ...said, reason: cut(said.reason) };
    case 'revoke': {
      const targets = new Map(
        said.targets.map((text) => [
          text.toLowerCase(),
          { kind: text.includes('@') ? ('address' as const) : ('objectId' as const), text },
        ]),
      );
      return { ...said, targets: [...targets.values()], reason: cut(said.reason) };
    }
    default:
      return said satisfies never;
  }
}
