import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSentence, type Sentence } from '../../../src/teams/sentence/command.ts';
import { parseTargets } from '../../../src/teams/sentence/whom-and-why.ts';
import { runs } from '../../support/chance.ts';
import { readText } from '../../support/read-text.ts';

const id = '7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a20e4';
const otherId = '08d9ca16-37e9-482a-950d-c649172a380d';

const help: Sentence = { kind: 'help' };
const unknown: Sentence = { kind: 'unknown' };
const decide = (verb: 'approve' | 'deny' | 'cancel', code: string): Sentence => ({ kind: 'decide', verb, code });
const mine = (reason: string | null = null): Sentence => ({ kind: 'revokeMine', reason });

type Revoke = Extract<Sentence, { kind: 'revoke' }>;
type Perhaps = Extract<Sentence, { kind: 'perhaps' }>;
/** Words with an @ are addresses, others object ids. */
function revoke(targets: readonly string[], more: Partial<Revoke> = {}): Sentence {
  const references = targets.map((text) => ({ kind: text.includes('@') ? 'address' : 'objectId', text }) as const);
  return { kind: 'revoke', dryRun: false, targets: references, unclear: [], reason: null, ...more };
}
const unclear = (...words: string[]): Sentence => revoke([], { unclear: words });
const because = (reason: string | null, ...targets: string[]): Sentence => revoke(targets, { reason });

const called = (text: string, ...labels: string[]): Sentence =>
  revoke([], { targets: [{ kind: 'address', text, labels }] });

/** Of which nothing is asked. */
function perhaps(reason: string | null, ...targets: string[]): Sentence {
  const sentence = revoke(targets, { reason });
  assert.equal(sentence.kind, 'revoke');
  const { dryRun, targets: meant } = sentence;
  return { kind: 'perhaps', dryRun, targets: meant, reason };
}

const longReason = 'x'.repeat(301);
const longestAddress = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}`;

/** Sentences as they stand after readText, with what they mean. */
const table: Readonly<Record<string, readonly (readonly [string, Sentence])[]>> = {
  'the sentence': [
    ['revoke sessions for adele@contoso.example', revoke(['adele@contoso.example'])],
    ['Revoke Sessions For adele@contoso.example', revoke(['adele@contoso.example'])],
    ['REVOKE SESSIONS FOR ADELE@CONTOSO.EXAMPLE', revoke(['ADELE@CONTOSO.EXAMPLE'])],
    ['revoke sessions for adele@contoso.example.', revoke(['adele@contoso.example'])],
    ['revoke sessions for adele@contoso.example!', revoke(['adele@contoso.example'])],
    ['revoke sessions for adele@contoso.example?!', perhaps(null, 'adele@contoso.example')],
    ['revoke sessions for: adele@contoso.example', revoke(['adele@contoso.example'])],
    ['revoke sessions for:adele@contoso.example', revoke(['adele@contoso.example'])],
    ['revoke sessions for\nadele@contoso.example', revoke(['adele@contoso.example'])],
    ['what if revoke sessions for a@b.example', revoke(['a@b.example'], { dryRun: true })],
    ['What If Revoke sessions for a@b.example.', revoke(['a@b.example'], { dryRun: true })],
    ['What-if: revoke sessions for a@b.example', revoke(['a@b.example'], { dryRun: true })],
    ['whatif revoke sessions for a@b.example', revoke(['a@b.example'], { dryRun: true })],
    ...['a@b.example -WhatIf', 'a@b.example, what if', 'a@b.example (dry run)'].map((said) => {
      const meant: Sentence = { ...(perhaps(null, 'a@b.example') as Perhaps), dryRun: true };
      return [`revoke sessions for ${said}`, meant] as const;
    }),
  ],
  'several people': [
    // The same person twice is the same person; the first spelling stays.
    ['revoke sessions for Adele@b.example adele@B.example', revoke(['adele@B.example'])],
    [`revoke sessions for ${id} ${id.toUpperCase()}`, revoke([id])],
  ],
  'object ids': [
    [`revoke sessions for ${id}`, revoke([id])],
    [`revoke sessions for ${id.toUpperCase()}.`, revoke([id])],
    [`revoke sessions for {${id}}`, revoke([id])],
    [`revoke sessions for "${id}"`, revoke([id])],
    [`revoke sessions for ${id};${otherId}`, revoke([id, otherId])],
    [`revoke sessions for ${id.replaceAll('-', '')}`, unclear(id.replaceAll('-', ''))],
    [`revoke sessions for ${id}0`, unclear(`${id}0`)],
    [`revoke sessions for ${id.slice(1)}`, unclear(id.slice(1))],
    [`revoke sessions for ${id.replace('f', 'g')}`, unclear(id.replace('f', 'g'))],
    [`revoke sessions for ${id.replaceAll('-', '–')}`, unclear(id.replaceAll('-', '–'))],
  ],
  'unusual addresses': [
    ["revoke sessions for miles.o'brien@contoso.example", revoke(["miles.o'brien@contoso.example"])],
    ['revoke sessions for a+b@contoso.example', revoke(['a+b@contoso.example'])],
    ['revoke sessions for r&d@contoso.example', revoke(['r&d@contoso.example'])],
    ['revoke sessions for a/b=c%d@contoso.example', revoke(['a/b=c%d@contoso.example'])],
    [
      'revoke sessions for guest_fabrikam.example#EXT#@contoso.onmicrosoft.example',
      revoke(['guest_fabrikam.example#EXT#@contoso.onmicrosoft.example']),
    ],
    ['revoke sessions for a@sub.sub.contoso-group.example', revoke(['a@sub.sub.contoso-group.example'])],
    ['revoke sessions for a@xn--bcher-kva.example', revoke(['a@xn--bcher-kva.example'])],
    ['revoke sessions for 1@1.1', revoke(['1@1.1'])],
    ['revoke sessions for because@contoso.example', revoke(['because@contoso.example'])],
    ['revoke sessions for and@contoso.example', revoke(['and@contoso.example'])],
    [`revoke sessions for ${longestAddress}`, revoke([longestAddress])],
  ],
  'words that are no address': [
    ['revoke sessions for adele', unclear('adele')],
    ['revoke sessions for Adele Vance', unclear('Adele', 'Vance')],
    ['revoke sessions for @adele', unclear('@adele')],
    ['revoke sessions for adele@', unclear('adele@')],
    ['revoke sessions for adele@contoso', unclear('adele@contoso')],
    ['revoke sessions for adele@@contoso.example', unclear('adele@@contoso.example')],
    ['revoke sessions for adele@contoso..example', unclear('adele@contoso..example')],
    ['revoke sessions for adele@.example', unclear('adele@.example')],
    ['revoke sessions for adele@contoso.example/x', unclear('adele@contoso.example/x')],
    ['revoke sessions for adele@con_toso.example', unclear('adele@con_toso.example')],
    [`revoke sessions for a${longestAddress}`, unclear(`a${longestAddress}`)],
    [`revoke sessions for ${longestAddress}e`, unclear(`${longestAddress}e`)],
    ['revoke sessions for a@b.example everyone', perhaps(null, 'a@b.example')],
    ['revoke sessions for Adele a@b.example', called('a@b.example', 'Adele')],
    ['revoke sessions for <at>Adele</at>', unclear('at>Adele</at')],
    ['revoke sessions for *', unclear('*')],
    // No address is that long, so nothing is matched: matching would take its time.
    [`revoke sessions for ${')'.repeat(341)}`, unclear(')'.repeat(341))],
    [`revoke sessions for ${'.'.repeat(30_000)}a`, unclear(`${'.'.repeat(30_000)}a`)],
  ],
  'letters that look like others': [
    ['revoke sessions for аdele@contoso.example', unclear('аdele@contoso.example')],
    ['revoke sessions for adele@cоntoso.example', unclear('adele@cоntoso.example')],
    ['revoke sessions for adele@contoso。example', unclear('adele@contoso。example')],
    ['revoke sessions for adele＠contoso.example', unclear('adele＠contoso.example')],
    ['revoke sessions for ａdele@contoso.example', unclear('ａdele@contoso.example')],
    ['revoke sessions for müller@contoso.example', unclear('müller@contoso.example')],
    // Letters that a case-insensitive comparison may take for k and s.
    ['revoke sessions for \u212aate@contoso.example', unclear('\u212aate@contoso.example')],
    ['revoke sessions for u\u017fer@contoso.example', unclear('u\u017fer@contoso.example')],
  ],
  reasons: [
    ['revoke sessions for a@b.example because phone stolen', because('phone stolen', 'a@b.example')],
    ['revoke sessions for a@b.example BECAUSE Phone Stolen.', because('Phone Stolen.', 'a@b.example')],
    ['revoke sessions for a@b.example, because phone stolen', because('phone stolen', 'a@b.example')],
    ['revoke sessions for a@b.example\nbecause phone\nstolen', because('phone stolen', 'a@b.example')],
    ['revoke sessions for a@b.example because of c@d.example', because('c@d.example', 'a@b.example')],
    ['revoke sessions for a@b.example because x because y', because('x because y', 'a@b.example')],
    ['revoke sessions for a@b.example because', because(null, 'a@b.example')],
    ['revoke sessions for a@b.example because because', because('because', 'a@b.example')],
    ['revoke sessions for because phone stolen', because('phone stolen')],
    ['revoke sessions for because', because(null)],
    ['revoke sessions for a@b.example becausephone', perhaps(null, 'a@b.example')],
    ...[
      'because: phone stolen',
      '— because phone stolen',
      '- because phone stolen',
      '– because, phone stolen',
      ', because phone stolen',
      '. Because phone stolen',
      '(because phone stolen)',
      'since phone stolen',
      'reason: phone stolen',
      ', reason: phone stolen',
      '— phone stolen',
      '- phone stolen',
      ': phone stolen',
      '. phone stolen',
      '(phone stolen)',
    ].map((why) => [`revoke sessions for a@b.example ${why}`, because('phone stolen', 'a@b.example')] as const),
    ['revoke sessions for a@b.example: phone stolen', because('phone stolen', 'a@b.example')],
    ['revoke sessions for a@b.example—phone stolen', because('phone stolen', 'a@b.example')],
    [
      'revoke sessions for a@b.example, c@b.example. phone stolen',
      because('phone stolen', 'a@b.example', 'c@b.example'),
    ],
    // Who is left out, or named without an address, is no reason.
    ...['— not isaiah', '(except the manager)', '— Isaiah Langer', '. leave megan alone'].map(
      (said) =>
        [`revoke sessions for a@b.example ${said}`, perhaps(said.replace(/^[—.(] ?|\)$/g, ''), 'a@b.example')] as const,
    ),
    ['revoke sessions for a@b.example because <b>**x**</b> ${y}', because('<b>**x**</b> ${y}', 'a@b.example')],
    [`revoke sessions for a@b.example because ${longReason}`, because(`${'x'.repeat(299)}…`, 'a@b.example')],
    [`revoke sessions for a@b.example because ${'x'.repeat(300)}`, because('x'.repeat(300), 'a@b.example')],
    [`revoke sessions for a@b.example because ${'🙂'.repeat(301)}`, because(`${'🙂'.repeat(299)}…`, 'a@b.example')],
  ],
  'one’s own sessions': [
    ['revoke my sessions', mine()],
    ['Revoke MY sessions.', mine()],
    ['revoke my sessions!', mine()],
    ['revoke\nmy\nsessions', mine()],
    ['revoke my sessions because phone stolen', mine('phone stolen')],
    ['revoke my sessions because phone\nstolen', mine('phone stolen')],
    [`revoke my sessions because ${longReason}`, mine(`${'x'.repeat(299)}…`)],
    ['revoke my sessions, because phone stolen', mine('phone stolen')],
    ['revoke my sessions because', mine()],
    ['revoke my sessions because.', mine()],
    ['revoke my sessions for a@b.example', perhaps(null, 'a@b.example')],
    ['revoke my session', mine()],
    ['revoke my sessions now', mine()],
    ['please revoke my sessions, thanks', mine()],
    ['revoke my sessions — because: phone lost', mine('phone lost')],
    ['revoke my sessions since phone lost', mine('phone lost')],
    ['what if revoke my sessions', unknown],
    ['revoke my sessions — phone lost', mine('phone lost')],
    ['revoke my sessions, phone lost', mine('phone lost')],
    ['revoke my sessions (phone lost)', mine('phone lost')],
    ['sign me out everywhere: phone lost.', mine('phone lost')],
    ['revoke my sessions, not now', unknown],
    ['revoke my sessions - if you can', unknown],
    ['revoke my sessions, a@b.example', perhaps(null, 'a@b.example')],
  ],
  decisions: [
    ['approve K7F3', decide('approve', 'K7F3')],
    ['Approve k7f3.', decide('approve', 'K7F3')],
    ['DENY K7F3!', decide('deny', 'K7F3')],
    ['cancel k7f3', decide('cancel', 'K7F3')],
    ['approve\nK7F3', decide('approve', 'K7F3')],
    ['approve K7F3AAAAAAAAAAAAAAAA', decide('approve', 'K7F3AAAAAAAAAAAAAAAA')],
    ['approve K7F3AAAAAAAAAAAAAAAAA', unknown],
    ['approve K7F', unknown],
    // Letters that no code has, because they are taken for others: there is no such code.
    ...['K7F0', 'K7FO', 'K7F1', 'K7FI', 'K7FL', 'K7F5', 'K7FS', 'K7F8', 'K7FB'].map(
      (code) => [`approve ${code}`, decide('approve', code)] as const,
    ),
    ['approve \u212a7F3', unknown],
    ['approve К7F3', unknown],
    ['approve K7F3 deny K7F4', unknown],
    ['approve K7F3 K7F4', unknown],
    ['approve K7F3?', unknown],
    ['hello?', unknown],
    ['approve', unknown],
    ['approved K7F3', unknown],
    ...[
      'please approve K7F3',
      'approve K7F3 please',
      'approve K7F3 👍',
      'approve K7F3 👍🏽!',
      'approve: K7F3',
      'approve - K7F3',
      'approve (K7F3)!!',
      'approve “K7F3”',
      'approve "K7F3".',
      "approve 'K7F3'",
      'approve **K7F3**',
      'approve `K7F3`',
      'approve <K7F3>',
      'approve {K7F3}',
      'approve #K7F3',
      'approve「K7F3」',
      'approve. K7F3',
      'approve; K7F3',
      'approve K7F3…',
      '… approve K7F3',
      'approve K7F3 - thanks',
      'approve K7F3 — thanks!',
      'approve Ｋ７Ｆ３',
      'approve ｋ7ｆ3',
      'approve K7F3 🇩🇪',
      'approve K7F3, thanks',
      'Hi, please approve K7F3 asap, thank you so much 🙏',
      ', approve K7F3',
      ': approve K7F3',
      '— approve K7F3...',
      'approve K7F3 お願いします',
      '请批准 K7F3，谢谢',
    ].map((text) => [text, decide('approve', 'K7F3')] as const),
    ...[
      'approve K7F3 ?',
      'approve K7F3 👎',
      'approve K7F3 ❌',
      'approve K7F3 ❓',
      'approve K7F3 thanks?',
      'please do not approve K7F3',
      'should I approve K7F3',
      'never approve K7F3',
      '"approve K7F3"',
      '“approve K7F3”',
      '! approve K7F3',
      'he said: approve K7F3',
      'approve K7F3 not',
      'approve K7F3 later',
      'approve K7F3 - not',
      'approve K7F3 “not”',
      'approve "K7F3" ❌',
      'approve, deny K7F3',
      'approve K7F3 - K7F4',
      'approve (not K7F3)',
      'approve nothing',
      'approveK7F3',
    ].map((text) => [text, unknown] as const),
    ...['deny K7F3 👎', 'deny K7F3 ❌', 'deny K7F3 🛑!', 'deny “K7F3”', 'deny K7F3…'].map(
      (text) => [text, decide('deny', 'K7F3')] as const,
    ),
    ['status: K7F3', { kind: 'status', code: 'K7F3' }],
    ['status “K7F3”', { kind: 'status', code: 'K7F3' }],
    ['status #K7F3', { kind: 'status', code: 'K7F3' }],
    ['status K7B3', { kind: 'status', code: 'K7B3' }],
    ['do not approve K7F3', unknown],
    ["don't\napprove K7F3", unknown],
    ['K7F3', unknown],
  ],
  'help and everything else': [
    ['help', help],
    ['Help.', help],
    ['HELP!', help],
    ['help please', help],
    ['help 👍', help],
    ['help?', help],
    ['?', help],
    ['help me', unknown],
    ['', unknown],
    ['revoke', revoke([])],
    ['revoke sessions', revoke([])],
    ['revoke sessions for', revoke([])],
    ['revoke sessions for:', revoke([])],
    ['revoke sessions of a@b.example', revoke(['a@b.example'])],
    ['revoke session for a@b.example', revoke(['a@b.example'])],
    ['please revoke sessions for a@b.example', revoke(['a@b.example'])],
    ['revoke sessions for a@b.example asap please 🙏', revoke(['a@b.example'])],
    ['revoke sessions for o’brien@b.example', revoke(["o'brien@b.example"])],
    ['revoke sessions for o´brien@b.example', revoke(["o'brien@b.example"])],
    ['revoke sessions for anne–marie@contoso‑dev.example', revoke(['anne-marie@contoso-dev.example'])],
    ['> revoke sessions for a@b.example', perhaps(null, 'a@b.example')],
    ['"revoke sessions for a@b.example"', perhaps(null, 'a@b.example')],
    [
      'what if\nI revoke sessions for a@b.example',
      { kind: 'perhaps', dryRun: true, targets: [{ kind: 'address', text: 'a@b.example' }], reason: null },
    ],
    ['never\nrevoke sessions for a@b.example', unknown],
    ['revoke sessions forever a@b.example', called('a@b.example', 'forever')],
    ['constructor', unknown],
  ],
};

describe('a sentence', () => {
  for (const [title, rows] of Object.entries(table)) {
    describe(title, () => {
      for (const [text, meaning] of rows) {
        const name = JSON.stringify(text);
        it(name.length > 90 ? `${name.slice(0, 89)}…` : name, () => assert.deepEqual(parseSentence(text), meaning));
      }
    });
  }

  it('in a form takes nothing for a reason that is not plainly one', () => {
    for (const [entered, unclear, reason] of [
      ['a@b.example, phone stolen', [], 'phone stolen'],
      ['a@b.example not isaiah', ['not', 'isaiah'], 'not isaiah'],
      ['a@b.example, isaiah', ['isaiah'], 'isaiah'],
    ] as const) {
      const read = parseTargets(entered);
      assert.deepEqual(
        [read.targets.map(({ text }) => text), read.unclear, read.reason],
        [['a@b.example'], unclear, reason],
      );
    }
  });

  it('means the same as it was sent: with mention, markup, and spaces of all kinds', () => {
    const sent =
      '<p><at>Session Revoker</at>&nbsp;Revoke\u00a0 sessions for&nbsp;<a href="mailto:a@b.example">a@b.example</a>,' +
      '<br>&lt;c@b.ex\u200bample&gt;</p><p>because&nbsp;&quot;lost&quot;.</p>';
    const text = readText({ text: sent, recipient: { id: '28:bot', name: 'Session Revoker' } });
    assert.deepEqual(parseSentence(text), because('"lost".', 'a@b.example', 'c@b.example'));
  });

  const word = fc.oneof(
    fc.constantFrom('revoke', 'sessions', 'for', 'my', 'what', 'if', 'because', 'approve', 'help', 'and', 'K7F3'),
    fc.constantFrom(' ', '\n', ',', ';', ':', '.', '<', '>', '"', '\u00a0', 'a@b.example', id, 'mailto:', '@'),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
    fc.array(word, { maxLength: 20 }).map((words) => `revoke sessions for ${words.join('')}`),
    fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
  );

  it('never throws, and names nothing that cannot be looked up', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const sentence = parseSentence(text);
        if (sentence.kind === 'decide') {
          assert.match(sentence.code, /^[A-Z0-9]{4,20}$/);
        }
        if (sentence.kind !== 'revoke') return;
        const seen = new Set(sentence.targets.map((target) => target.text.toLowerCase()));
        assert.equal(seen.size, sentence.targets.length);
        for (const target of sentence.targets) {
          assert.match(target.text, target.kind === 'address' ? /^[!-~]{1,64}@[!-~]{3,255}$/ : /^[0-9a-f-]{36}$/);
        }
        for (const unclearWord of sentence.unclear) assert.doesNotMatch(unclearWord, /[\s,;]|^$/u);
        assert([...(sentence.reason ?? '')].length <= 300);
      }),
      { numRuns: runs(3000) },
    );
  });

  it('means the same in any case, with more spaces, and with a full stop', () => {
    const address = fc.constantFrom('a@b.example', 'c.d@b.example', id, otherId);
    const separator = fc.constantFrom(', ', '; ', ' ', '\n', ' , ', ';');
    fc.assert(
      fc.property(fc.array(address, { minLength: 1 }), separator, (targets, between) => {
        const plain = parseSentence(`revoke sessions for ${targets.join(' ')}`);
        assert.deepEqual(parseSentence(`REVOKE SESSIONS FOR ${targets.join(between)}.`), plain);
      }),
    );
  });
});
