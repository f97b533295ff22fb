import { at, type Entry, ids, revoke, sent, span } from './entry.ts';

const adele = 'adele.vance@contoso.example';
const isaiah = 'isaiah.langer@contoso.example';
const megan = 'megan.bowen@contoso.example';
const order = `${at()} revoke sessions for`;
const html = `<p>${span()}&nbsp;revoke sessions for`;
const bowen = `Megan Bowen <${megan}>`;
const mentioned = [[at('Adele Vance'), ids.adele]] as const;
const both = { asks: [adele, megan] } as const;

const escaped = (words: string) => words.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');
const typed = (words: string, unclear: readonly string[]): Entry => ({
  name: JSON.stringify(words),
  text: `${order} ${words}`,
  html: `${html} ${escaped(words)}</p>`,
  means: { asks: [adele, megan], unclear },
});
/** Of whom it is said that they are not meant nothing is offered, either. */
const spared = (words: string, unclear: readonly string[]): Entry => ({
  ...typed(words, unclear),
  means: { asks: [adele], unclear },
});
/** These may be a name: it is looked up, and nothing is asked where it is not the account's. */
const called = (words: string, label: string): Entry => ({
  ...typed(words, []),
  means: { asks: [adele, megan], called: [label] },
});
const inWords = (text: string, unclear: readonly string[]): Entry => ({
  name: text,
  text: `${at()} ${text}`,
  means: { asks: [adele], unclear },
});

/** Somebody whose address stands there, and who is not meant: it is asked about. */
export const leftOut: readonly Entry[] = [
  spared(`${adele}, don't touch ${bowen}`, ["don't", 'touch', 'Megan', 'Bowen']),
  spared(`${adele}, do not touch ${bowen}`, ['do', 'not', 'touch', 'Megan', 'Bowen']),
  spared(`${adele}, Don’t touch ${bowen}`, ['Don’t', 'touch', 'Megan', 'Bowen']),
  called(`${adele} reported by ${bowen}`, 'reported by Megan Bowen'),
  called(`${adele} REPORTED BY ${bowen}`, 'REPORTED BY Megan Bowen'),
  called(`${adele} as requested by ${bowen}`, 'as requested by Megan Bowen'),
  called(`${adele} reported by "Megan Bowen" <${megan}>`, 'reported by Megan Bowen'),
  spared(`${adele}. Do keep ${bowen}`, ['Do', 'keep', 'Megan', 'Bowen']),
  spared(`${adele}. Keep ${bowen}`, ['Keep', 'Megan', 'Bowen']),
  spared(`${adele}, leave ${bowen}`, ['leave', 'Megan', 'Bowen']),
  spared(`${adele}, Leave ${bowen}`, ['Leave', 'Megan', 'Bowen']),
  spared(`${adele} and not ${bowen}`, ['not', 'Megan', 'Bowen']),
  spared(`${adele}; NOT ${bowen}`, ['NOT', 'Megan', 'Bowen']),
  spared(`${adele}, Exclude ${bowen}`, ['Exclude', 'Megan', 'Bowen']),
  called(`${adele}\nReported by ${bowen}`, 'Reported by Megan Bowen'),
  typed(`${adele}\nReporter: ${bowen}`, ['Reporter', 'Megan', 'Bowen']),
  typed(`${adele}\nLine Manager: ${bowen}`, ['Line', 'Manager', 'Megan', 'Bowen']),
  called(`${adele}\nManager ${bowen}`, 'Manager Megan Bowen'),
  spared(`${adele}\nSkip Megan <${megan}>`, ['Skip', 'Megan']),
  called(`${adele}\nThanks, ${bowen}`, 'Thanks Megan Bowen'),
  spared(`${adele}, "not Megan" <${megan}>`, ['not', 'Megan']),
  spared(`${adele}, nicht ${bowen}`, ['nicht', 'Megan', 'Bowen']),
  spared(`${adele} Sauf ${bowen}`, ['Sauf', 'Megan', 'Bowen']),
  inWords(`撤销会话 ${adele} 不要动 ${bowen}`, ['不要动', 'Megan', 'Bowen']),
  inWords(`撤销会话 ${adele}，不要动 <${megan}>`, ['不要动']),
  inWords(`撤销会话 ${adele}，除了 Megan <${megan}>`, ['除了', 'Megan']),
  inWords(`セッションを取り消し ${adele} 報告者 ${bowen}`, ['報告者', 'Megan', 'Bowen']),
  inWords(`セッションを取り消し ${adele}、報告者 Megan <${megan}>`, ['報告者', 'Megan']),
  inWords(`セッションを取り消し ${adele}、取り消さないで <${megan}>`, ['取り消さないで']),
  sent('a command that is taken back', { asks: [], unclear: ['不要'] }, `撤销会话 不要 <${adele}>`),
  revoke(
    'a mention, reported by somebody with an address',
    { asks: [`@${ids.adele}`, megan], called: ['reported by Megan'] },
    `${at('Adele Vance')} reported by Megan <${megan}>`,
    `${span('Adele Vance', 1)} reported by Megan &lt;${megan}&gt;`,
    mentioned,
  ),
  revoke(
    'a mention and an address in brackets',
    { says: [['Adele Vance', megan]] },
    `${at('Adele Vance')} <${megan}>`,
    `${span('Adele Vance', 1)} &lt;${megan}&gt;`,
    mentioned,
  ),
  revoke(
    'a mention, a name and an address in brackets',
    { asks: [`@${ids.adele}`, megan], called: ['Megan Bowen'] },
    `${at('Adele')} Megan Bowen <${megan}>`,
    undefined,
    [[at('Adele'), ids.adele]],
  ),
  revoke(
    'a mention, a comma and an address in brackets',
    { asks: [`@${ids.adele}`, megan] },
    `${at('Adele Vance')}, ${bowen}`,
    undefined,
    mentioned,
  ),
  revoke(
    'a link and an address of somebody else in brackets',
    { says: [['Adele Vance', megan]] },
    `Adele Vance <${megan}>`,
    `<a href="mailto:${adele}">Adele Vance</a> &lt;${megan}&gt;`,
  ),
  revoke(
    'a link and its own address in brackets',
    both,
    `Adele Vance <${adele}>, ${bowen}`,
    `<a href="mailto:${adele}">Adele Vance</a> &lt;${adele}&gt;, ${escaped(bowen)}`,
  ),
  // Names, as they are written.
  revoke('names in small letters that the addresses show', both, `adele vance <${adele}>, megan <${megan}>`),
  revoke(
    'a name with small words in it',
    { asks: ['l.vdb@contoso.example', megan] },
    `Ludwig van der Berg <l.vdb@contoso.example>; Miriam d’Angelo <${megan}>`,
  ),
  revoke(
    'names without commas that the addresses show',
    { asks: [adele, megan, isaiah] },
    `Adele Vance <${adele}> Megan Bowen <${megan}> Isaiah <${isaiah}>`,
  ),
  revoke(
    'names without commas that the addresses do not show',
    { asks: [adele, megan], called: ['Adele Vance', 'Robert Bowen'] },
    `Adele Vance <${adele}> Robert Bowen <${megan}>`,
  ),
];

const table = (...rows: readonly (readonly string[])[]) =>
  `<table><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table>`;
type Rows = readonly (readonly string[])[];
/** As a table of the client, and as tabs alone. */
const pasted = (name: string, rows: Rows, means: Entry['means']): readonly Entry[] => {
  const text = `${order}\n${rows.map((row) => row.join('\t')).join('\n')}`;
  return [
    { name, text, html: `<p>${span()}&nbsp;revoke sessions for</p>${table(...rows)}`, means },
    { name: `${name}, without HTML`, text, means },
  ];
};
const alex = 'alex.wilber@contoso.example';

/** Tables in which a cell may say that somebody is not meant. */
export const verdicts: readonly Entry[] = [
  ...pasted(
    'the properties of an alert',
    [
      ['User', adele],
      ['Manager', megan],
      ['Reported by', alex],
    ],
    {
      asks: [adele, megan, alex],
      called: ['User', 'Manager', 'Reported by'],
    },
  ),
  ...pasted(
    'the properties of an alert, with a heading',
    [
      ['Account', 'Details'],
      ['User', adele],
      ['Manager', megan],
    ],
    {
      asks: [adele, megan],
      called: ['User', 'Manager'],
    },
  ),
  ...pasted(
    'a verdict beside each',
    [
      [adele, 'compromised'],
      [megan, 'not affected'],
      [alex, 'false positive, leave alone'],
    ],
    {
      asks: [adele],
      unclear: ['not', 'affected', 'false', 'positive', 'leave', 'alone'],
    },
  ),
  ...pasted(
    'a verdict in one word beside each',
    [
      [adele, 'Risky'],
      [megan, 'Dismissed'],
    ],
    {
      asks: [adele, megan],
      called: ['Risky', 'Dismissed'],
    },
  ),
  ...pasted(
    'a verdict with a heading',
    [
      ['UPN', 'Verdict'],
      [adele, 'Compromised'],
      [megan, 'Benign'],
    ],
    {
      asks: [adele, megan],
      called: ['Compromised', 'Benign'],
    },
  ),
  ...pasted('a verdict beside one alone', [[adele, 'Compromised'], [megan]], {
    asks: [adele, megan],
    called: ['Compromised'],
  }),
  ...pasted(
    'a verdict in Japanese',
    [
      ['UPN', '判定'],
      [adele, '侵害'],
      [megan, '対象外'],
    ],
    {
      asks: [adele],
      unclear: ['対象外'],
    },
  ),
  ...pasted('a line that says no', [[megan, 'not affected']], { asks: [], unclear: ['not', 'affected'] }),
  ...pasted(
    'names that the addresses do not show',
    [
      ['The Boss', adele],
      ['The Guest', megan],
    ],
    {
      asks: [adele, megan],
      called: ['The Boss', 'The Guest'],
    },
  ),
  ...pasted(
    'the same beside each',
    [
      ['Adele Vance', adele, 'Member'],
      ['Bowen, Megan', megan, 'Member'],
    ],
    both,
  ),
  ...pasted(
    'numbers and dates beside each',
    [
      ['1', adele, '2026-11-20 07:58'],
      ['2', megan, '2026-11-21 08:01'],
    ],
    both,
  ),
  ...pasted(
    'what differs, with a heading',
    [
      ['Name', 'UPN', 'Team'],
      ['A. V.', adele, 'Retail'],
      ['M. B.', megan, 'Sales'],
    ],
    both,
  ),
];
