import assert from 'node:assert/strict';
import type { Sentence } from '../../../src/teams/sentence/command.ts';
import type { Named } from '../../../src/teams/sentence/names.ts';
import { readSentence } from '../../../src/teams/sentence/read-sentence.ts';
import { oddHtml, punctuation, quotes } from '../../corpus/around.ts';
import { bot, type Entry, type Meaning } from '../../corpus/entry.ts';
import { leftOut, verdicts } from '../../corpus/left-out.ts';
import { lists, tables } from '../../corpus/lists.ts';
import { disagreements, mailLinks } from '../../corpus/mail-links.ts';
import { mentions } from '../../corpus/mentions.ts';
import { otherLanguages } from '../../corpus/other-languages.ts';
import { noOrders, orders, perhaps } from '../../corpus/said.ts';
import { struckThrough, unreadable } from '../../corpus/struck-through.ts';
import { otherMeasures, talk } from '../../corpus/talk.ts';
import { typed } from '../../corpus/typed.ts';

const corpus: Readonly<Record<string, readonly Entry[]>> = {
  'typed on every client': typed,
  'people by mention': mentions,
  'links to addresses': mailLinks,
  'links that say two things': disagreements,
  'lists of people': lists,
  'tables of people': tables,
  'punctuation around people': punctuation,
  quotations: quotes,
  'odd HTML': oddHtml,
  'what is struck through': struckThrough,
  'HTML that cannot be read': unreadable,
  'other languages': otherLanguages,
  'orders in one breath': orders,
  'what is not plainly an order': perhaps,
  'what is none': noOrders,
  'what people write besides': talk,
  'other measures': otherMeasures,
  'people who are not meant': leftOut,
  'tables that say who is not meant': verdicts,
};

function activityOf({ text, html, moreHtml = [], mentions: others = [] }: Entry) {
  const labels = ['<at>Session Revoker</at>', '<at id="0">Session Revoker</at>'];
  const own = labels
    .filter((label) => text.includes(label))
    .map((label) => ({ type: 'mention', text: label, mentioned: bot }));
  const entities = others.map(([label, id, more = {}]) => ({
    type: 'mention',
    text: label,
    mentioned: { ...(id !== null && { id }), name: label.replace(/<[^<>]*>/g, ''), ...more },
  }));
  const contents = html === undefined ? [] : [html, ...moreHtml];
  const attachments = contents.map((content) => ({ contentType: 'text/html', content }));
  const info = { type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Web' };
  return { text, textFormat: 'plain', attachments, entities: [...own, ...entities, info], recipient: bot };
}

const shown = (named: Named): string =>
  named.kind !== 'mention' ? named.text : `@${named.who.kind === 'member' ? named.who.id : named.who.kind}`;

/** In the corpus' own words. */
function inShort(sentence: Sentence): Meaning {
  const called = sentence.kind === 'revoke' ? sentence.targets.flatMap(({ labels = [] }) => labels) : [];
  switch (sentence.kind) {
    case 'revoke':
      return {
        asks: sentence.targets.map(shown),
        ...(sentence.unclear.length > 0 && { unclear: sentence.unclear }),
        ...(called.length > 0 && { called }),
        ...(sentence.reason !== null && { because: sentence.reason }),
        ...(sentence.dryRun && { whatIf: true }),
      };
    case 'perhaps':
      return {
        perhaps: sentence.targets.map(shown),
        ...(sentence.reason !== null && { because: sentence.reason }),
        ...(sentence.dryRun && { whatIf: true }),
      };
    case 'unsure':
      return sentence.rows.length > 0
        ? { rows: sentence.rows }
        : { says: sentence.differing.map(({ shown: one, leadsTo }) => [one, leadsTo] as const) };
    case 'decide':
      return {
        [sentence.verb]: sentence.code,
        ...(sentence.reason !== undefined && { because: sentence.reason }),
      } as unknown as Meaning;
    case 'revokeMine':
      return { mine: sentence.reason };
    case 'history':
      return { history: [...sentence.targets.map(shown), ...sentence.unclear] };
    case 'status':
    case 'help':
      return sentence.kind;
    case 'unknown':
      return 'nothing';
    default:
      return sentence satisfies never;
  }
}

describe('messages as clients send them', () => {
  for (const [title, entries] of Object.entries(corpus)) {
    describe(`${title} (${entries.length})`, () => {
      for (const entry of entries) {
        it(entry.name, () => {
          const read = inShort(readSentence(activityOf(entry)));
          const isOpen = typeof entry.means === 'object' && typeof read === 'object' && !('called' in entry.means);
          const { called: _, ...means } = isOpen ? { called: [], ...read } : {};
          assert.deepEqual(isOpen ? means : read, entry.means);
        });
      }
    });
  }

  it('are half of them no orders', () => {
    const all = Object.values(corpus).flat();
    const isOrder = ({ means }: Entry) => typeof means === 'object' && ('asks' in means || 'mine' in means);
    assert(2 * all.filter(isOrder).length <= all.length, `${all.filter(isOrder).length} of ${all.length}`);
  });

  it('are many, and no two the same', () => {
    const sent = Object.values(corpus)
      .flat()
      .map(({ text, html, moreHtml, mentions: others }) => JSON.stringify([text, html, moreHtml, others]));
    assert(sent.length >= 900, `${sent.length}`);
    assert.deepEqual(
      sent.filter((one, index) => sent.indexOf(one) !== index),
      [],
    );
  });
});
