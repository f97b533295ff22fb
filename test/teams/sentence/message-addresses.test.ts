import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressesIn } from '../../../src/teams/sentence/message-addresses.ts';
import { costsAtMost } from '../../support/cost.ts';

const inHtml = (content: string) => addressesIn({ body: { contentType: 'html', content } });
const inTime = costsAtMost(50, () => inHtml('<p>adele at contoso</p> '.repeat(2000)));
const found = (content: string) => inHtml(content).references.map(({ text }) => text);

const adaptiveCard = 'application/vnd.microsoft.card.adaptive';
const inCard = (content: unknown) =>
  addressesIn({ body: { content: '' }, attachments: [{ contentType: adaptiveCard, content }] })
    .references.map(({ text }) => text)
    .toSorted();

describe('addresses in a message that somebody else wrote', () => {
  const cases: readonly (readonly [what: string, content: string, addresses: readonly string[]])[] = [
    ['plain', 'adele@contoso.com', ['adele@contoso.com']],
    ['at the end of a sentence', '<p>It was adele@contoso.com.</p>', ['adele@contoso.com']],
    ['behind a label', 'user:adele@contoso.com upn=isaiah@contoso.com', ['adele@contoso.com', 'isaiah@contoso.com']],
    [
      'in brackets and quotes',
      '(adele@contoso.com) <b>"isaiah@contoso.com"</b>',
      ['adele@contoso.com', 'isaiah@contoso.com'],
    ],
    ['in single quotes, with one of its own', "'miriam.o'brien@contoso.com'", ["miriam.o'brien@contoso.com"]],
    ['as a name and an address', 'Adele &lt;adele@contoso.com&gt;', ['adele@contoso.com']],
    ['with the apostrophe of a phone', 'miriam.o’brien@contoso.com', ["miriam.o'brien@contoso.com"]],
    ['in a link alone', '<a href="mailto:adele@contoso.com?subject=x">Adele Vance</a>', ['adele@contoso.com']],
    ['in a link, escaped', "<a href='mailto:miriam%2Btest@contoso.com'>Miriam</a>", ['miriam+test@contoso.com']],
    ['text and link differ: neither', '<a href="mailto:isaiah@contoso.com">adele@contoso.com</a>', []],
    ['text and link differ by one', '<a href="mailto:adele@contoso.com,b@contoso.com">adele@contoso.com</a>', []],
    [
      'a link that shows what looks like an address',
      '<a href="mailto:isaiah@contoso.com">\u0430dele@contoso.com</a>',
      [],
    ],
    [
      'a link that shows the name as well',
      '<a href="mailto:adele@contoso.com">Adele &lt;adele@contoso.com&gt;</a>',
      ['adele@contoso.com'],
    ],
    ['glued to a link', 'x<a href="mailto:adele@contoso.com">Adele</a>y', ['adele@contoso.com']],
    [
      'in a link that is quoted: not these',
      '<blockquote>see <a href="mailto:adele@contoso.com">Adele</a></blockquote> look',
      [],
    ],
    ['in a comment', '<!-- <a href="mailto:adele@contoso.com">Adele</a> adele@contoso.com --> look', []],
    ['in a link nobody sees', '<a href="mailto:adele@contoso.com"></a><a href="mailto:b@b.example"> &nbsp;</a>', []],
    ['in a link on a picture', '<a href="mailto:adele@contoso.com"><img alt="Adele" src="x"></a>', []],
    ['struck through', '<s>adele@contoso.com</s> <del><a href="mailto:adele@contoso.com">Adele</a></del>', []],
    ['in an attribute', '<p title="adele@contoso.com">look</p>', []],
    ['twice, in other letters', 'Adele@contoso.com adele@CONTOSO.com', ['Adele@contoso.com']],
    [
      'in a table',
      '<table><tr><td>adele@contoso.com</td><td>isaiah@contoso.com</td></tr></table>',
      ['adele@contoso.com', 'isaiah@contoso.com'],
    ],
    ['in what is quoted: not these', '<blockquote>adele@contoso.com</blockquote> look', []],
    ['a letter of another script before it', '\u0430dele@contoso.com', []],
    ['a letter of another script behind it', 'adele@contoso.com\u043c', []],
    ['a letter of another script in it', 'ad\u0435le@contoso.com', []],
    ['a long s in it', 'adele@conto\u017fo.com', []],
    ['an accent on its first letter', 'e\u0301lise@contoso.com', []],
    ['a guest, whose UPN holds a hash', 'lynne_fabrikam.com#EXT#@contoso.com', ['lynne_fabrikam.com#EXT#@contoso.com']],
    ['no domain', 'adele@contoso and @adele', []],
    ['a longer name than any', `${'a'.repeat(65)}@contoso.com`, []],
    ['object ids and other ids: not these', '6e3f207c-9d4f-4e80-9b63-2caf7d809e03', []],
    ['commands: only the addresses', 'revoke sessions for adele@contoso.com because because', ['adele@contoso.com']],
  ];
  for (const [what, content, addresses] of cases) {
    it(what, () => assert.deepEqual(found(content), addresses));
  }

  it('in a message without markup', () => {
    const { references } = addressesIn({
      body: { contentType: 'text', content: 'a <adele@contoso.com>\n> quoted@contoso.com' },
    });
    assert.deepEqual(references, [{ kind: 'address', text: 'adele@contoso.com' }]);
  });

  it('in a card, given as JSON or as an object', () => {
    const card = {
      type: 'AdaptiveCard',
      body: [
        { type: 'TextBlock', text: 'User\nadele@contoso.com' },
        { type: 'FactSet', facts: [{ title: 'Also', value: 'isaiah@contoso.com' }] },
      ],
    };
    for (const content of [card, JSON.stringify(card)]) {
      assert.deepEqual(inCard(content), ['adele@contoso.com', 'isaiah@contoso.com']);
    }
  });

  it('in a card of an older kind, with HTML in its texts', () => {
    const content = {
      '@type': 'MessageCard',
      summary: 'hidden@contoso.com',
      text: 'adele@contoso.com <span style="display:none">hidden@contoso.com</span>',
      sections: [{ facts: [{ name: 'User', value: 'isaiah@contoso.com' }] }],
      potentialAction: [{ targets: [{ uri: 'https://x.example/hidden@contoso.com' }] }],
    };
    const contentType = 'application/vnd.microsoft.teams.card.o365connector';
    const { references } = addressesIn({ attachments: [{ contentType, content }] });
    assert.deepEqual(references.map(({ text }) => text).toSorted(), ['adele@contoso.com', 'isaiah@contoso.com']);
  });

  describe('that nobody sees', () => {
    const hidden = 'hidden@contoso.com';
    const styles = [
      'display:none',
      'DISPLAY : none !important',
      'color:red;display:/* */none',
      'visibility:hidden',
      'opacity:0',
      'opacity:0.01',
      'font-size:0',
      'font-size:1px',
      'font-size:.1em',
      'font:0/0 a',
      'color:transparent',
      'color:rgba(0, 0, 0, 0)',
      'color:#fff;background-color:#fff',
      'position:absolute;left:-9999px',
      'text-indent:-9999px',
      'margin-left:-9999px',
      'clip-path:inset(100%)',
      'transform:scale(0)',
      'height:0;overflow:hidden',
      'max-height:0px;overflow:hidden',
      'mso-hide:all',
      'd\\69splay:none',
    ];
    const wrapped = [
      ...styles.flatMap((style) => [`<span style="${style}">${hidden}</span>`, `<p style='${style}'>${hidden}</p>`]),
      `<span hidden>${hidden}</span>`,
      `<div hidden=""><p>x</p><b>${hidden}</b></div>`,
      `<div hidden/>${hidden}</div>`,
      `<span title=" style='" style="display:none" lang="'">${hidden}</span>`,
      `<span hidden><div></span>${hidden}</div></span>`,
      `<div hidden><a href="mailto:${hidden}">Somebody</a></div>`,
      ...['style', 'script', 'template', 'title', 'noscript', 'details', 'datalist'].map(
        (name) => `<${name}>${hidden}</${name}>`,
      ),
      `<!-- ${hidden} -->`,
    ];
    for (const html of wrapped) {
      it(html, () => assert.deepEqual(found(`${html} <p>adele@contoso.com</p>`), ['adele@contoso.com']));
    }

    const unread = [
      `<![CDATA[${hidden}]]>`,
      `<?xml ${hidden} ?>`,
      `</ ${hidden}>`,
      `<${hidden}>`,
      `<img/alt="${hidden}">`,
      `<p title="${hidden}`,
      `<p title=a"b><p title="> ${hidden}">`,
      `<title><p a="</title><b c='"></title>${hidden}' >`,
      `<!--> <p title="--> ${hidden}">`,
    ];
    for (const html of unread) {
      it(`${html}: what comes before`, () =>
        assert.deepEqual(found(`<p>adele@contoso.com</p> ${html}`), ['adele@contoso.com']));
    }

    it('a style sheet: then nothing of the message', () => {
      assert.deepEqual(found(`<style>.x{display:none}</style><p class="x">${hidden}</p>`), []);
    });

    it('what only looks hidden is there', () => {
      const shown = [
        '<p style="font-size:14px;line-height:1.5;margin:0 0 8px">adele@contoso.com</p>',
        '<p style="width:1px">adele@contoso.com</p>',
        '<span aria-hidden="true">adele@contoso.com</span>',
        '<span style="color:#000000;background-color:#ffffff;opacity:1">adele@contoso.com</span>',
        '<span data-hidden="x" title="hidden">adele@contoso.com</span>',
        '1 < 2 adele@contoso.com',
      ];
      for (const html of shown) assert.deepEqual(found(html), ['adele@contoso.com'], html);
    });

    const seenBlock = { type: 'TextBlock', text: 'adele@contoso.com' };
    const elements: readonly (readonly [string, object])[] = [
      ['isVisible', { type: 'TextBlock', text: hidden, isVisible: false }],
      [
        'isVisible of what holds it',
        { type: 'Container', isVisible: false, items: [{ type: 'TextBlock', text: hidden }] },
      ],
      [
        'a column',
        { type: 'ColumnSet', columns: [{ isVisible: false, items: [{ type: 'TextBlock', text: hidden }] }] },
      ],
      [
        'data of a button',
        { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'x', data: { user: hidden } }] },
      ],
      ['data that is a text', { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'x', data: hidden }] }],
      [
        'a card behind a button',
        {
          type: 'ActionSet',
          actions: [{ type: 'Action.ShowCard', card: { body: [{ type: 'TextBlock', text: hidden }] } }],
        },
      ],
      ['a url', { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: 'x', url: `mailto:${hidden}` }] }],
      ['an id', { type: 'TextBlock', text: 'x', id: hidden }],
      ['an alternative text', { type: 'Image', url: 'x', altText: hidden }],
      ['a fallback', { type: 'TextBlock', text: 'x', fallback: { type: 'TextBlock', text: hidden } }],
      ['what an input sends', { type: 'Input.Text', label: 'x', value: hidden }],
      ['an element that no client knows', { type: 'Unknown', text: hidden }],
      ['what a client may not have', { type: 'TextBlock', text: hidden, requires: { x: '9.0' } }],
      ['where a link leads', { type: 'TextBlock', text: `[Adele](mailto:${hidden})` }],
      ['a link that shows another', { type: 'TextBlock', text: `[isaiah@contoso.com](mailto:${hidden})` }],
    ];
    for (const [what, element] of elements) {
      it(`in a card: ${what}`, () =>
        assert.deepEqual(inCard({ type: 'AdaptiveCard', body: [element, seenBlock] }), ['adele@contoso.com']));
    }
    it('in a card: fallbackText, speak, data to refresh with', () => {
      const refresh = { action: { type: 'Action.Execute', data: { user: hidden } } };
      const body = [seenBlock];
      assert.deepEqual(inCard({ type: 'AdaptiveCard', fallbackText: hidden, speak: hidden, refresh, body }), [
        'adele@contoso.com',
      ]);
    });
  });

  it('not in an attachment that is no card: a reply holds there what it answers', () => {
    const content = JSON.stringify({ messageId: '1', messagePreview: 'see adele@contoso.com' });
    for (const contentType of ['messageReference', 'forwardedMessageReference', 'text/html', undefined, 1, null]) {
      const { references } = addressesIn({
        body: { contentType: 'html', content: '<attachment id="1"></attachment><p>thanks</p>' },
        attachments: [{ id: '1', contentType, content }],
      });
      assert.deepEqual(references, [], String(contentType));
    }
  });

  it('not where the message is cut: half an address is another', () => {
    assert.deepEqual(found(`<p>${'x'.repeat(31_974)}</p><p>adele@contoso.com</p>`), []);
  });

  it('are at most fifty, and it is said when there were more', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `u${index}@contoso.com`).join(' ');
    assert.deepEqual([inHtml(many(50)).references.length, inHtml(many(50)).more], [50, false]);
    assert.deepEqual([inHtml(many(51)).references.length, inHtml(many(51)).more], [50, true]);
  });

  it('whatever is sent, it neither throws nor takes long', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        addressesIn(value);
        addressesIn({
          body: { content: value },
          attachments: [value, { contentType: value }, { contentType: adaptiveCard, content: value }],
        });
      }),
    );
    let deep: unknown = 'adele@contoso.com';
    for (let level = 0; level < 60_000; level += 1) deep = [deep];
    addressesIn({ attachments: [{ contentType: adaptiveCard, content: deep }] });
    for (const part of ['a', 'a@', 'a.', "'", '@a.', '<a href="mailto:', 'a@a.'])
      inTime(() => inHtml(part.repeat(40_000)));
  });
});
