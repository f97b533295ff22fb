import assert from 'node:assert/strict';

import type { TargetResult } from '../../../src/domain/result.ts';
import { createCardRenderer } from '../../../src/teams/cards/render-card.ts';
import { toDoNow } from '../../../src/teams/cards/what-now.ts';
import { parseSentence } from '../../../src/teams/sentence/command.ts';
import { en, type Texts } from '../../../src/teams/texts/en.ts';
import { languages, textsFor } from '../../../src/teams/texts/texts-for.ts';
import { isNode, strings } from '../../support/card-parts.ts';
import { parse } from '../../support/card-rules.ts';
import { directoryProblems } from '../../support/samples.ts';
import { sentenceArguments } from '../../support/sentence-arguments.ts';
import { largestSituations, situations } from '../../support/views.ts';

type Sentence = (...given: readonly unknown[]) => unknown;

/** Every string and every function of a tree, by its path. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [path: string, leaf: unknown])[] {
  if (Array.isArray(value) || isNode(value)) {
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  }
  return [[path.join('.'), value]];
}

/** Everything a sentence can be called with: one value of each parameter, in every combination. */
function calls(path: string): readonly (readonly unknown[])[] {
  const values = sentenceArguments[path];
  assert(values, `${path} is not called by any test`);
  return values.reduce<readonly (readonly unknown[])[]>(
    (before, next) => before.flatMap((given) => next.map((value) => [...given, value])),
    [[]],
  );
}

const said = (sentence: unknown, given: readonly unknown[]) =>
  leaves((sentence as Sentence)(...given))
    .map(([, text]) => text)
    .join('\n');

/** The words and numbers that a call is told apart by, inner ones as well; a word in Latin letters is a code. */
function markers(given: unknown): readonly string[] {
  return leaves(given)
    .map(([, value]) => String(value))
    .filter((value) => /^(?:\d+|[^a-z]+)$/iu.test(value) && /[\p{sc=Greek}\d]/u.test(value));
}

/** Pairs of calls that differ in one thing. That it is one or several is not told in every language. */
function pairs(path: string) {
  const all = calls(path);
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => {
      const [place, another] = one.flatMap((value, at) => (value === other[at] ? [] : [at]));
      const isNumber = place === undefined || one[place] === 1 || other[place] === 1;
      return another !== undefined || isNumber ? [] : [{ one, other }];
    }),
  );
}

/** Names of products, permissions and headers, and samples of what is typed. */
const latin = new Set([
  ...['Microsoft', 'Entra', 'Graph', 'Teams', 'Active', 'Directory', 'Session', 'Revoker', 'Cookie', 'ID', 'UTC'],
  ...['User.RevokeSessions.All', 'User.Read.All', 'GroupMember.Read.All', 'request-id', 'client-request-id', 'readyz'],
  ...['PROTECTED_USERS'],
  ...['Revoke-MgUserSignInSession', 'UserId'],
  ...['name@example.com', 'adele@contoso.com', 'isaiah@contoso.com', 'K7F3'],
]);
const wordsOf = (text: string) => text.match(/[A-Za-z](?:[\w.@-]*\w)?/g) ?? [];
const english = new Map(leaves(en));

describe('the sentences of every language', () => {
  it('are called by a test where they take something', () => {
    const functions = [...english].filter(([, leaf]) => typeof leaf === 'function').map(([path]) => path);
    assert.deepEqual(Object.keys(sentenceArguments).toSorted(), functions.toSorted());
  });

  it('of a problem or a failure end in something that the reader can do', () => {
    const whatToDo =
      /\b(?:try again|request it again|retry|revoke in Entra|tell the bot’s admin|check the spelling|nothing to revoke|home organization|emergency accounts|administrator of that unit)\b/i;
    for (const problem of directoryProblems) assert.match(en.problem(problem), whatToDo);
    for (const [code, sentence] of Object.entries(en.failures)) {
      const result = { outcome: 'failed', code } as TargetResult;
      assert.match(`${sentence} ${toDoNow([result], en) ?? ''}`, whatToDo, code);
    }
  });

  it('are found by the locale of the reader', () => {
    for (const [locale, lang] of [
      ['ja-JP', 'ja'],
      ['ja', 'ja'],
      ['zh-CN', 'zh'],
      ['zh-Hans', 'zh'],
      ['en-GB', 'en'],
      ['de-DE', 'en'],
      ['', 'en'],
      ['constructor', 'en'],
    ]) {
      assert.equal(textsFor(locale ?? '').lang, lang, locale);
    }
  });

  for (const [lang, texts] of Object.entries(languages)) {
    describe(lang, () => {
      const own = new Map(leaves(texts));
      const everything = [...own].flatMap(([path, leaf]): readonly (readonly [path: string, text: string])[] =>
        typeof leaf === 'function'
          ? calls(path).map((given) => [path, said(leaf, given)])
          : path === 'lang'
            ? []
            : [[path, String(leaf)]],
      );

      it('are all there, and none is empty', () => {
        assert.equal(texts.lang, lang);
        assert.deepEqual([...own.keys()].toSorted(), [...english.keys()].toSorted());
        for (const [path, text] of everything) {
          // Chinese and Japanese put nothing between sentences.
          if (path !== 'marks.sentence') assert.match(text, /\S/, path);
        }
      });

      it('say nothing that a program says', () => {
        for (const [path, text] of everything) {
          assert.doesNotMatch(text, /\b(?:undefined|null|NaN|Infinity|true|false)\b|\[object|=>|\$\{/, path);
        }
      });

      it('tell everything that they are given, and tell apart what the English ones tell apart', () => {
        for (const path of Object.keys(sentenceArguments)) {
          const [here, there] = [own.get(path), english.get(path)];
          for (const given of calls(path)) {
            for (const marker of given.flatMap(markers)) {
              if (!said(there, given).includes(marker)) continue;
              assert(said(here, given).includes(marker), `${path} leaves out ${marker}: ${said(here, given)}`);
            }
          }
          for (const { one, other } of pairs(path)) {
            if (said(there, one) === said(there, other)) continue;
            assert.notEqual(said(here, one), said(here, other), `${path}: ${JSON.stringify([one, other])}`);
          }
        }
      });

      it('give commands to type that are understood', () => {
        const kinds = (of: Texts) => {
          const { helpCommands, welcomeCommands, approveSentence, denySentence, cancelSentence, lookUp } = of;
          const atTheEnd = [of.noOneNamed, of.helpFallback, of.welcomeFooter, lookUp.nothingOpen, lookUp.whose];
          const sentences = [
            ...[...helpCommands, ...welcomeCommands].map(({ sentence }) => sentence),
            ...[approveSentence('K7F3'), denySentence('K7F3'), cancelSentence('K7F3'), of.ownOrder],
            ...atTheEnd.map((text) => text.split(/[:：]\s*/u).at(-1) ?? ''),
          ];
          return sentences.map((sentence) => {
            const parsed = parseSentence(sentence);
            assert.notEqual(parsed.kind, 'unknown', sentence);
            return 'reason' in parsed ? { ...parsed, reason: parsed.reason === null ? null : 'given' } : parsed;
          });
        };
        assert.deepEqual(kinds(texts), kinds(en));
      });

      it('are on every card as the renderer understands them, and fit on the largest', () => {
        const renderer = createCardRenderer(new URL('../../../cards/', import.meta.url));
        for (const { name, card, data } of [...situations(texts), ...largestSituations(texts)]) {
          const rendered = renderer.render(card, data);
          assert.deepEqual(parse(rendered), [], name);
          const size = Buffer.byteLength(JSON.stringify(rendered), 'utf16le');
          assert(size < 24 * 1024, `${name}: ${size} bytes`);
        }
      });

      if (lang === 'en') return;

      it('have no English left in them', () => {
        for (const [path, text] of everything) {
          const left = wordsOf(text).filter((word) => !latin.has(word));
          assert.deepEqual(left, [], `${path}: ${text}`);
        }
      });

      it('are in their own letters, with their own stops', () => {
        for (const [path, text] of everything) {
          assert.doesNotMatch(text, /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}][.,!?]/u, `${path}: ${text}`);
          if (lang === 'zh') assert.doesNotMatch(text, /[\p{sc=Hiragana}\p{sc=Katakana}]/u, path);
        }
        const letters = lang === 'zh' ? /\p{sc=Han}/u : /[\p{sc=Hiragana}\p{sc=Katakana}]/u;
        for (const { name, card, data } of situations(texts)) {
          const words = strings(data).map(({ value }) => value);
          assert(
            words.some((word) => letters.test(word)),
            `${name} (${card})`,
          );
        }
      });
    });
  }
});
