import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressesIn } from '../../src/teams/message-addresses.ts';

const inHtml = (content: string) => addressesIn({ body: { contentType: 'html', content } });
const found = (content: string) => inHtml(content).references.map(({ text }) => text);

const adaptiveCard = 'application/vnd.microsoft.card.adaptive';

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
      body: [{ text: 'User\nadele@contoso.com' }, { facts: [{ value: 'isaiah@contoso.com' }] }],
    };
    for (const content of [card, JSON.stringify(card)]) {
      for (const contentType of [adaptiveCard, 'application/vnd.microsoft.teams.card.o365connector']) {
        const { references } = addressesIn({ body: { content: '' }, attachments: [{ contentType, content }] });
        assert.deepEqual(references.map(({ text }) => text).toSorted(), ['adele@contoso.com', 'isaiah@contoso.com']);
      }
    }
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
    const began = process.cpuUsage();
    for (const part of ['a', 'a@', 'a.', "'", '@a.', '<a href="mailto:', 'a@a.']) inHtml(part.repeat(40_000));
    assert.ok(process.cpuUsage(began).user < 2_000_000, 'two seconds of computing');
  });
});
