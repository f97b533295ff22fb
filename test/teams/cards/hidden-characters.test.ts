import assert from 'node:assert/strict';
import { warnings } from '../../../src/teams/cards/shown.ts';
import { hidesCharacters, withHiddenMarked } from '../../../src/teams/cards/untrusted-text.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { requested, target } from '../../support/samples.ts';

describe('characters that nobody sees', () => {
  const hiding: readonly (readonly [string, string])[] = [
    ['zero width space', 'Adele\u200B Vance'],
    ['right-to-left mark', 'Adele Vance\u200F'],
    ['left-to-right mark', '\u200EAdele'],
    ['Arabic letter mark', 'Adele\u061C'],
    ['soft hyphen', 'Ade\u00ADle'],
    ['Hangul filler', 'Adele\u3164'],
    ['halfwidth Hangul filler', 'Adele\uFFA0'],
    ['tag characters', 'Adele\u{E0041}\u{E007F}'],
    ['word joiner', 'Adele\u2060'],
    ['byte order mark', '\uFEFFAdele'],
    ['override', 'Adele\u202Eecnav'],
    ['isolate', '\u2066Adele\u2069'],
    ['blank pattern', 'Adele\u2800'],
    ['joiner between Latin letters', 'Ade\u200Dle'],
    ['joiner at the end of a word in Persian', '\u0645\u06CC\u200C'],
    ['variation selector behind a letter', 'Adele\uFE0F'],
    ['variation selector behind a digit', 'Adele 1\uFE0F'],
    ['control character', 'Adele\u0007'],
    ['interlinear annotation', 'Adele\uFFF9x'],
  ];
  for (const [what, text] of hiding) {
    it(`${what}: marked`, () => {
      assert.equal(hidesCharacters(text), true);
      assert.ok(withHiddenMarked(text).includes('\uFFFD'));
    });
  }

  const plain = [
    'Adele Vance',
    "Zo\u00EB O'Brien-M\u00FCller",
    'e\u0301lise',
    '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
    '\u0915\u094D\u200D\u0937',
    '\u845B\u{E0100}\u57CE',
    'phone stolen \u{1F469}\u200D\u{1F4BB} \u2764\uFE0F 1\uFE0F\u20E3 \u{1F469}\u{1F3FD}\u200D\u{1F4BB}',
    '山田 太郎',
    '\u05D0\u05D3\u05DC',
    '',
  ];
  for (const text of plain) {
    it(`${text || 'nothing'}: as it is`, () => {
      assert.equal(hidesCharacters(text), false);
      assert.equal(withHiddenMarked(text), text);
    });
  }

  it('are pointed out on the card: in a name, an address, who asks, the reason', () => {
    const hidden = target(1, { name: 'Adele\u200B Vance' });
    const cases = [
      [{ targets: [hidden] }, en.hidesInName('Adele\u200B Vance', 1)],
      [{ targets: [target(2), target(3, { upn: 'us\u00ADer@contoso.example' }), hidden] }, en.hidesInName('User 3', 2)],
      [{ by: { ...requested().by, name: 'Alex\u3164' } }, en.hidesInName('Alex\u3164', 1)],
      [{ reason: 'sto\u200Blen' }, en.hidesInReason],
    ] as const;
    for (const [more, says] of cases) {
      assert.deepEqual(
        warnings(requested(more), en).filter((one) => /hidden characters/.test(one)),
        [says],
      );
    }
    assert.deepEqual(warnings(requested(), en), []);
  });

  it('letters of another alphabet are pointed out in the name of who asks, too, and once', () => {
    const imitator = { ...requested().by, name: 'Аlex' };
    assert.deepEqual(warnings(requested({ by: imitator }), en), [en.imitates('Аlex', 1)]);
    const own = target(1, { id: imitator.id, name: imitator.name });
    assert.deepEqual(warnings(requested({ by: imitator, targets: [own] }), en), [en.imitates('Аlex', 1)]);
  });
});
