import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClosedData } from '../../../src/teams/cards/outcome.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import type { ResultData } from '../../../src/teams/cards/result.ts';
import { literalRuns, literalText, wordsOnly } from '../../../src/teams/cards/untrusted-text.ts';

const cards = new URL('../../../cards/', import.meta.url);

const closed: ClosedData = {
  lang: 'en',
  fallbackText: 'Denied.',
  title: 'Denied',
  code: 'K7F3',
  style: 'attention',
  person: { name: 'Adele Vance', upn: 'adele@contoso.com', job: null, facts: [] },
  people: [],
  more: null,
  all: null,
  everyone: null,
  record: [],
  why: null,
};

const { why: _why, ...alike } = closed;
const result: ResultData = {
  ...alike,
  skipped: null,
  people: [],
  consequences: [],
  called: null,
  entra: { title: 'Open in Entra', url: 'https://entra.microsoft.com/' },
  retry: null,
  details: {
    title: 'Details',
    lines: [],
    leftOut: null,
    commands: [],
    trace: ['audit ID 3fa91c07be42'],
    log: null,
    around: null,
    again: null,
  },
  again: null,
};

/** Objects of one type anywhere in a card, in the order in which they are read. */
function elements(node: unknown, type: string): Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap((item) => elements(item, type));
  if (typeof node !== 'object' || node === null) return [];
  const own = node as Record<string, unknown>;
  return [...(own.type === type ? [own] : []), ...Object.values(own).flatMap((value) => elements(value, type))];
}

const runsOf = (card: unknown) => elements(card, 'TextRun').map(({ text }) => text);

describe('render a card', () => {
  const renderer = createCardRenderer(cards);

  it('fills the template', () => {
    const card = renderer.render('closed', closed);
    assert.equal(card.type, 'AdaptiveCard');
    assert.equal(card.version, '1.5');
    assert.equal(card.fallbackText, 'Denied.');
    assert.deepEqual(
      elements(card, 'TextBlock').map(({ text }) => text),
      ['Denied', 'K7F3'],
    );
    assert.deepEqual(runsOf(card), ['Adele Vance', 'adele@contoso.com']);
  });

  it('leaves out what is null or empty, with its container', () => {
    const bare = renderer.render('closed', { ...closed, person: null });
    assert.deepEqual(runsOf(bare), []);
    assert.equal(bare.body.length, 1);
  });

  it('repeats a list of one and a list of many alike', () => {
    const line = (name: string) => [{ text: name, look: 'strong' as const }];
    assert.deepEqual(runsOf(renderer.render('closed', { ...closed, person: null, record: [line('a')] })), ['a']);
    assert.deepEqual(
      runsOf(renderer.render('closed', { ...closed, person: null, record: [line('a'), line('b'), line('c')] })),
      ['a', 'b', 'c'],
    );
  });

  it('gives each piece of a sentence its look', () => {
    const record = [
      (['plain', 'subtle', 'strong', 'code'] as const).map((look) => ({
        text: look,
        look,
      })),
    ];
    const runs = elements(renderer.render('closed', { ...closed, person: null, record }), 'TextRun');
    assert.deepEqual(
      runs.map(({ text, weight, isSubtle, fontType }) => [text, weight, isSubtle, fontType]),
      [
        ['plain', 'Default', false, 'Default'],
        ['subtle', 'Default', true, 'Default'],
        ['strong', 'Bolder', false, 'Default'],
        ['code', 'Default', false, 'Monospace'],
      ],
    );
  });

  it('does not let one card leak into the next', () => {
    renderer.render('closed', { ...closed, person: { ...closed.person!, name: 'Somebody else' } });
    assert.doesNotMatch(JSON.stringify(renderer.render('closed', closed)), /Somebody else/);
  });

  it('does not change the data, and the card is a tree of its own', () => {
    const data = structuredClone(closed);
    const card = renderer.render('closed', data);
    assert.deepEqual(data, closed);
    (card as { fallbackText: string }).fallbackText = 'changed';
    assert.equal(renderer.render('closed', data).fallbackText, 'Denied.');
  });

  it('never evaluates an expression that stands in the data', () => {
    const name = "${title} ${$root.code} ${json('{}')} ${concat('a','b')} `${1}`";
    const card = renderer.render('closed', { ...closed, person: { ...closed.person!, name } });
    assert.equal(runsOf(card)[0], name);
  });

  it('tells an expression without data from the same text in the data', () => {
    const person = { ...closed.person!, name: '${person.upn}' };
    assert.equal(runsOf(renderer.render('closed', { ...closed, person }))[0], '${person.upn}');
    const { upn: _, ...withoutUpn } = { ...closed.person!, name: 'Adele' };
    assert.throws(
      () => renderer.render('closed', { ...closed, person: withoutUpn } as unknown as ClosedData),
      /Card "closed" lacks data for \$\{person\.upn\}/,
    );
  });

  for (const field of Object.keys(result) as (keyof ResultData)[]) {
    it(`refuses data without ${field}`, () => {
      const { [field]: _, ...rest } = result;
      assert.throws(
        () => renderer.render('result', rest as unknown as ResultData),
        new RegExp(`lacks data for ${field}`),
      );
    });
  }

  it('refuses a directory in which a template is missing or broken', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cards-'));
    try {
      const url = pathToFileURL(`${directory}/`);
      assert.throws(() => createCardRenderer(url), /ENOENT.*parts\.json/);
      writeFileSync(join(directory, 'parts.json'), '{}');
      assert.throws(() => createCardRenderer(url), /ENOENT.*approval\.json/);
      writeFileSync(join(directory, 'approval.json'), '{');
      assert.throws(() => createCardRenderer(url), SyntaxError);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('literal text', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['Adele Vance', '佐藤 美咲', 'אדל ואנס', 'عديلة', '👩‍💻', '**a** [b](c) <at>d</at> ${e}', '']) {
      assert.equal(literalText(text), text);
    }
  });

  it('is words alone where Teams reads markup, without a space at either end', () => {
    for (const [name, words] of [
      ['<at>Adele</at>', 'at Adele at'],
      ['  O’Brien-Ñuñez  2.', 'O’Brien-Ñuñez 2.'],
      [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
      ['**{}**', ''],
    ] as const) {
      assert.equal(wordsOnly(name), words);
    }
  });

  it('shows characters that would turn round the rest of the line', () => {
    for (const code of [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]) {
      assert.equal(literalText(`a${String.fromCodePoint(code)}b`), 'a\uFFFDb');
    }
  });

  it('does not let a name begin a line of its own', () => {
    assert.equal(literalText('Adele\r\nRoles: none\u2028x\u0085y\tz'), 'Adele Roles: none x y z');
  });

  it('shows control characters', () => {
    assert.equal(literalText('a\u0000b\u001bc\u007fd\u009be'), 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
  });

  it('parts braces so that no client finds a date function, and keeps every character', () => {
    const date = '{{DATE(2026-11-21T00:00:00Z, SHORT)}}';
    const runs = literalRuns({ type: 'TextRun', text: `${date}{{{`, weight: 'Bolder' });
    assert.equal(runs.map(({ text }) => text).join(''), `${date}{{{`);
    for (const run of runs) {
      assert.doesNotMatch(String(run.text), /\{\{(?:DATE|TIME)\(/i);
      assert.equal(run.weight, 'Bolder');
    }
  });

  it('keeps an empty run', () => {
    assert.deepEqual(literalRuns({ type: 'TextRun', text: '' }), [{ type: 'TextRun', text: '' }]);
  });
});
