import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dialogView, whyView } from '../../../src/teams/cards/dialog.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { literalText } from '../../../src/teams/cards/untrusted-text.ts';
import { en } from '../../../src/teams/texts/en.ts';
import { nodes, texts } from '../../support/card-parts.ts';
import { parse } from '../../support/card-rules.ts';
import { runs } from '../../support/chance.ts';
import { requested, requestId, target } from '../../support/samples.ts';

const renderer = createCardRenderer(new URL('../../../cards/', import.meta.url));
const id = '7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a2000';
const shown = { opening: 'o1', problems: [], notices: [], addressOf: new Map<string, string>() };
const samples = [
  { name: 'empty', data: dialogView({ people: [], addresses: '', reason: '', whatIf: false }, shown, en) },
  {
    name: 'filled in, with a problem',
    data: dialogView(
      { people: [id], addresses: 'adele@contoso.com', reason: '${title} **x**', whatIf: true },
      { ...shown, problems: [en.unclear(['no'])], notices: [en.dialog.filledIn], addressOf: new Map([[id, 'a@b.c']]) },
      en,
    ),
  },
];

/** The inputs by their id. */
const inputs = (card: unknown) =>
  new Map(
    nodes(card)
      .filter(({ type }) => String(type).startsWith('Input.'))
      .map((node) => [node.id, node]),
  );

describe('dialog card', () => {
  for (const { name, data } of samples) {
    describe(name, () => {
      const card = renderer.render('dialog', data);
      const fields = inputs(card);

      it('is understood by the renderer without a warning, and is small', () => {
        // Those to choose from are Teams' to find; the renderer by itself would have none.
        const found = parse(card).filter((message) => !/ChoiceSet must have at least one choice/.test(message));
        assert.deepEqual(found, []);
        assert.equal(card.version, '1.5');
        assert.ok(Buffer.byteLength(JSON.stringify(card), 'utf16le') < 20 * 1024);
      });

      it('asks for people, addresses, a reason and whether it is a dry run, each with words of its own', () => {
        assert.deepEqual([...fields.keys()], ['people', 'addresses', 'reason', 'whatIf']);
        for (const [id, { label, title }] of fields) assert.ok(label || (id === 'whatIf' && title), String(id));
      });

      it('lets Teams look people up in the whole organisation, several at a time', () => {
        const people = fields.get('people');
        assert.deepEqual(people?.['choices.data'], { type: 'Data.Query', dataset: 'graph.microsoft.com/users' });
        assert.equal(people?.isMultiSelect, true);
        assert.equal(people?.value, data.people.value);
      });

      it('has one button, which carries the opening of the dialog and nothing else', () => {
        const actions = nodes(card).filter(({ type }) => String(type).startsWith('Action.'));
        assert.deepEqual(actions, [
          { type: 'Action.Submit', title: data.submit.title, data: { opening: data.submit.opening } },
        ]);
      });

      it('wraps every TextBlock, and has a heading', () => {
        const blocks = nodes(card).filter(({ type }) => type === 'TextBlock');
        assert.deepEqual(
          blocks.map(({ wrap, style }) => [wrap, style]),
          [[true, 'heading']],
        );
      });
    });
  }

  it('shows what somebody wrote as it is: in a field, or in a TextRun', () => {
    const [sample] = samples;
    assert.ok(sample);
    const fragment = fc.constantFrom('${title}', "${json('[]')}", '{{DATE(2026-11-21T00:00:00Z)}}', '[a](https://b)');
    const anything = fc
      .array(fc.oneof(fragment, fc.string({ unit: 'grapheme', minLength: 1 })), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(anything, anything, anything, (addresses, reason, problem) => {
        const card = renderer.render('dialog', {
          ...sample.data,
          problems: [{ text: problem }],
          addresses: { ...sample.data.addresses, value: addresses },
          reason: { ...sample.data.reason, value: reason },
        });
        const fields = inputs(card);
        assert.equal(fields.get('addresses')?.value, addresses);
        assert.equal(fields.get('reason')?.value, reason);
        assert.ok(texts(card).includes(literalText(problem)));
        for (const { type, text } of nodes(card)) if (type === 'TextBlock') assert.equal(text, sample.data.title);
      }),
      { numRuns: runs(50) },
    );
  });
});

describe('the dialog that asks why', () => {
  const card = (name: string) =>
    renderer.render('dialog-why', whyView(requestId, requested({ targets: [target(1, { name })] }), en));

  it('is understood by the renderer without a warning, and has one input and one button', () => {
    assert.deepEqual(parse(card('Adele Vance')), []);
    assert.deepEqual([...inputs(card('Adele Vance')).keys()], ['reason']);
    const buttons = nodes(card('Adele Vance')).filter(({ type }) => type === 'Action.Submit');
    assert.deepEqual(
      buttons.map(({ data }) => data),
      [{ verb: 'why', requestId }],
    );
  });

  it('says whose sessions, whatever the name', () => {
    assert.deepEqual(texts(card('Adele **Vance** <at>')), ['Adele Vance at']);
  });
});
