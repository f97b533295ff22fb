import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type IncomingText, longestHtml, readHtml } from '../../../src/teams/sentence/message-text.ts';
import { longestText } from '../../../src/teams/sentence/written.ts';
import { runs } from '../../support/chance.ts';
import { readText } from '../../support/read-text.ts';

const bot = { id: '28:bot', name: 'Session Revoker' };
const mention = (text: unknown, id = bot.id, name = bot.name) => ({ type: 'mention', mentioned: { id, name }, text });
const at = '<at>Session Revoker</at>';
const read = (text: unknown, entities: unknown = [mention(at)], recipient: IncomingText['recipient'] = bot) =>
  readText({ text, entities, recipient });

describe('the text of a message', () => {
  const plain: readonly (readonly [string, string, string])[] = [
    // what, as sent, as typed
    ['nothing around it', 'help', 'help'],
    ['spaces', '  revoke \t my   sessions  ', 'revoke my sessions'],
    ['non-breaking spaces', 'revoke\u00a0my\u202fsessions\u3000', 'revoke my sessions'],
    ['&nbsp;', 'revoke&nbsp;my &nbsp; sessions&nbsp;', 'revoke my sessions'],
    ['a paragraph', '<p>help</p>', 'help'],
    ['paragraphs', '<p>revoke sessions for</p><p>a@b.example</p>', 'revoke sessions for\na@b.example'],
    [
      'a line break tag',
      'a@b.example<br>c@b.example<br/>d@b.example<BR />e',
      'a@b.example\nc@b.example\nd@b.example\ne',
    ],
    ['list items', '<ul><li>a@b.example</li><li>c@b.example</li></ul>', 'a@b.example\nc@b.example'],
    ['table rows', '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['bold', '<b>revoke</b> <i>my</i> <strong>sessions</strong>', 'revoke my sessions'],
    ['a link', '<a href="mailto:a@b.example" title="x">a@b.example</a>', 'a@b.example'],
    ['windows line breaks', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['unicode line breaks', 'a\u2028b\u2029c', 'a\nb\nc'],
    ['blank lines', '\n\na\n \u00a0\n\nb\n', 'a\nb'],
    ['zero-width characters', 're\u200bvo\u200dke\ufeff my\u2060 ses\u00adsions', 'revoke my sessions'],
    ['characters that stand for a part of the message', 're\uFDD00\uFDD1vo\uFDD2ke', 're0voke'],
    ['direction marks', '\u202ehelp\u202c \u2066me\u2069\u200f', 'help me'],
    [
      'character references',
      'o&#39;neil&amp;co &lt;a@b.example&gt; &quot;x&quot; &apos;y&apos;',
      "o'neil&co <a@b.example> \"x\" 'y'",
    ],
    ['references of references', '&amp;lt;b&amp;gt; &amp;nbsp;', '&lt;b&gt; &nbsp;'],
    ['unknown references', '&copy; &#x41; &nbsp', '&copy; &#x41; &nbsp'],
    ['references that look like tags', '&lt;blockquote&gt;help&lt;/blockquote&gt;', '<blockquote>help</blockquote>'],
    ['less and greater than', '1 < 2 > 0', '1 < 2 > 0'],
    [
      'an address in angle brackets',
      'Adele <a@b.example>, <c.d+e@b.example>',
      'Adele <a@b.example>, <c.d+e@b.example>',
    ],
    ['a heart', 'Adele <3 a@b.example', 'Adele <3 a@b.example'],
    ['letters of all kinds', 'ünï 日本語 🙂 e\u0301', 'ünï 日本語 🙂 e\u0301'],
  ];
  for (const [name, sent, typed] of plain) it(`with ${name}`, () => assert.equal(read(sent), typed));

  describe('without the mention of the bot', () => {
    const rows: readonly (readonly [string, string, string])[] = [
      ['in front', `${at} help`, 'help'],
      ['in front, with &nbsp;', `${at}&nbsp;help`, 'help'],
      ['behind', `help ${at}`, 'help'],
      ['in the middle', `revoke ${at} my sessions`, 'revoke my sessions'],
      ['several times', `${at} help ${at}${at}`, 'help'],
      ['glued to a word', `${at}help`, 'help'],
      ['alone', at, ''],
      ['in a paragraph', `<p>${at}&nbsp;help</p>`, 'help'],
      ['with a mark behind it', `hey ${at}! help ${at}… me`, 'hey help me'],
      ['in brackets', `(${at}) help`, 'help'],
      ['in square brackets', `[${at}] help`, 'help'],
      ['in quotation marks', `“${at}” "${at}" help`, 'help'],
      ['within a quotation', `"${at} help"`, '" help"'],
      ['before a mark of the sentence', `${at} !help`, '!help'],
    ];
    for (const [name, sent, typed] of rows) it(name, () => assert.equal(read(sent), typed));

    it('with an id in the tag', () => {
      const tag = '<at id="0">Session Revoker</at>';
      assert.equal(read(`${tag} help`, [mention(tag)]), 'help');
      assert.equal(read(`${tag} help`, []), 'help');
    });

    it('by its name where the entity is missing or says something else', () => {
      for (const entities of [
        undefined,
        null,
        [],
        [mention('')],
        [mention(undefined)],
        [null],
        ['mention'],
        [[]],
        {},
        'x',
        1,
      ]) {
        assert.equal(read(`<at>session revoker</at> help`, entities), 'help', JSON.stringify(entities));
      }
    });

    it('under another name, by its id', () => {
      assert.equal(read('<at>Revoker</at> help', [mention('<at>Revoker</at>')]), 'help');
    });

    it('as plain text, where the entity says so', () => {
      assert.equal(read('@Revoker help', [mention('@Revoker')]), 'help');
    });

    it('and no other mention', () => {
      const adele = '<at>Adele Vance</at>';
      const entities = [mention(at), mention(adele, '29:adele', 'Adele Vance')];
      assert.equal(read(`${at} revoke sessions for ${adele}`, entities), 'revoke sessions for Adele Vance');
      assert.equal(read(`${at} ${adele}`, entities, { id: '28:other', name: 'Other' }), 'Session Revoker Adele Vance');
    });

    it('and nothing where the bot does not know itself', () => {
      for (const recipient of [undefined, null, {}, { id: '28:other' }]) {
        assert.equal(
          readText({ text: `${at} help`, entities: [mention(at)], ...(recipient === undefined ? {} : { recipient }) }),
          'Session Revoker help',
        );
      }
    });

    it('and a mention without an id where the bot has none either', () => {
      const entities = [{ type: 'mention', mentioned: {}, text: '<at>Revoker</at>' }];
      assert.equal(readText({ text: '<at>Revoker</at> help', entities, recipient: {} }), 'help');
    });

    it('takes the text of an entity for text, not for a pattern', () => {
      assert.equal(read('a.c abc $& help', [mention('a.c'), mention('$&')]), 'abc help');
      assert.equal(read('help', [mention('\u200b')]), 'help');
    });

    it('takes no other entity for a mention', () => {
      assert.equal(read('help', [{ ...mention('help'), type: 'clientInfo' }]), 'help');
    });
  });

  describe('that is not one', () => {
    for (const text of [undefined, null, '', 0, 42, true, {}, [], ['help'], { toString: () => 'help' }]) {
      it(JSON.stringify(text) ?? 'undefined', () => assert.equal(read(text), ''));
    }
    it('and no entities', () => assert.equal(readText({}), ''));
  });

  describe('as HTML', () => {
    const textOf = (read: ReturnType<typeof readHtml>) => {
      assert(read !== null && read !== 'unreadable');
      return read.text;
    };
    const html = (...contents: unknown[]) =>
      readHtml({ attachments: contents.map((content) => ({ contentType: 'text/html', content })) });

    it('is read whole or not at all: half of a list would be another list', () => {
      assert.equal(textOf(html('x'.repeat(longestHtml))).length, longestHtml);
      assert.equal(html('x'.repeat(longestHtml + 1)), 'unreadable');
      assert.equal(html('<p>help</p>', '<p>help</p>'), 'unreadable');
    });

    it('is nothing where there is none', () => {
      for (const attachments of [undefined, null, [], {}, 'x', [null], [{}], [{ contentType: 'text/html' }]]) {
        assert.equal(readHtml({ attachments }), null, JSON.stringify(attachments));
      }
      const card = { contentType: 'application/vnd.microsoft.card.adaptive', content: {} };
      const plain = { contentType: 'text/plain', content: 'revoke my sessions' };
      const own = { contentType: 'text/html', content: 'help' };
      assert.equal(textOf(readHtml({ attachments: [card, plain, own] })), 'help');
      const charset = { contentType: 'Text/HTML; charset=utf-8', content: 'help' };
      assert.equal(textOf(readHtml({ attachments: [charset] })), 'help');
    });
  });

  it('is cut where nobody would have typed on', () => {
    assert.equal(read('x'.repeat(longestText)).length, longestText);
    assert.equal(read('x'.repeat(longestText + 1000)).length, longestText);
  });

  const markup = fc.constantFrom(
    ...['<', '>', '</', '/>', '&', ';', '<at>', '</at>', '<at', '<br>', '<p>', '</p>', '<blockquote>', '</blockquote>'],
    ...[
      '<quoted ',
      '<quoted/>',
      '&nbsp;',
      '&amp;',
      '&lt;',
      '\u00a0',
      '\u200b',
      '\u202e',
      '\n',
      '\r',
      ' ',
      '"',
      at,
      '$&',
    ],
  );
  const anything = fc
    .array(fc.oneof(markup, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('comes out as lines of words with one space between, whatever goes in', () => {
    fc.assert(
      fc.property(anything, (sent) => {
        const typed = read(sent);
        for (const line of typed === '' ? [] : typed.split('\n')) {
          assert.equal(line, line.replace(/\s+/gu, ' ').trim());
          assert.notEqual(line, '');
        }
        assert.doesNotMatch(typed, /\p{Default_Ignorable_Code_Point}/u);
        assert.doesNotMatch(typed, /<at>Session Revoker<\/at>/);
      }),
      { numRuns: runs(1000) },
    );
  });

  it('never throws, whatever the entities are', () => {
    const entity = fc.record(
      {
        type: fc.oneof(fc.constant('mention'), fc.jsonValue()),
        mentioned: fc.jsonValue(),
        text: fc.oneof(anything, fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(anything, fc.jsonValue()), fc.oneof(fc.array(entity), fc.jsonValue()), (text, entities) => {
        assert.equal(typeof read(text, entities), 'string');
      }),
      { numRuns: runs(1000) },
    );
  });
});
