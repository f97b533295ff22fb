import { at, type Entry, ids, mail, objectId, span } from './entry.ts';

const [a, b, c] = ['adele.vance@contoso.example', 'isaiah.langer@contoso.example', 'megan.bowen@contoso.example'];
const order = `${at()} revoke sessions for`;
const html = `<p>${span()}&nbsp;revoke sessions for`;
const all = { asks: [a, b, c] } as const;
const both = { asks: [a, b] } as const;

/** One person after the other, as people write and paste them. */
export const lists: readonly Entry[] = [
  ...[
    ', ',
    ',',
    '; ',
    ';',
    ' ',
    '\n',
    '\r\n',
    ',\n',
    ';\n',
    ' , ',
    '\u2028',
    '、',
    '，',
    '；',
    ' and ',
    ', and ',
    ' & ',
    ' ; ; ',
  ].map(
    (between): Entry => ({
      name: `between them ${JSON.stringify(between)}`,
      text: `${order} ${a}${between}${b}${between}${c}`,
      means: all,
    }),
  ),
  ...['- ', '* ', '• ', '· ', '– ', '— ', '◦ ', '▪ ', '‣ '].map(
    (bullet): Entry => ({
      name: `bullets ${JSON.stringify(bullet)}`,
      text: `${order}\n${[a, b, c].map((one) => `${bullet}${one}`).join('\n')}`,
      means: all,
    }),
  ),
  { name: 'numbers with a full stop', text: `${order}\n1. ${a}\n2. ${b}\n3. ${c}`, means: all },
  { name: 'numbers with a bracket', text: `${order}\n1) ${a}\n2) ${b}\n3) ${c}`, means: all },
  { name: 'numbers in brackets', text: `${order}\n(1) ${a}\n(2) ${b}`, means: both },
  { name: 'a bullet behind the command', text: `${order} - ${a}\n- ${b}`, means: both },
  {
    name: 'a list of the client',
    text: `${order}\n- ${a}\n- ${b}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p>\r\n<ul>\r\n<li>${mail(a)}</li><li>${mail(b)}</li></ul>`,
    means: both,
  },
  {
    name: 'a numbered list of the client',
    text: `${order}\n1. ${a}\n2. ${b}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><ol><li>${a}</li><li>${b}</li></ol>`,
    means: both,
  },
  {
    name: 'a list with names',
    text: `${order}\n- Adele Vance\n- Isaiah Langer`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><ul><li>${mail(a, 'Adele Vance')}</li><li>${mail(b, 'Isaiah Langer')}</li></ul>`,
    means: both,
  },
  {
    name: 'a list whose items are paragraphs',
    text: `${order}\n${a}\n${b}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><ul><li><p>${a}</p></li><li><p>${b}</p></li></ul>`,
    means: both,
  },
  { name: 'lines of the client', text: `${order}\n${a}\n${b}`, html: `${html}<br>${a}<br>${b}</p>`, means: both },
  {
    name: 'lines as divisions',
    text: `${order}\n${a}\n${b}`,
    html: `<div>${span()}&nbsp;revoke sessions for<div>${a}</div><div>${b}</div></div>`,
    means: both,
  },
  {
    name: 'lines that text has lost',
    text: `${order} ${a} ${b}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><p>${a}</p><p>${b}</p>`,
    means: both,
  },
  {
    name: 'lines that text has lost, with nothing between',
    text: `${order}${a}${b}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><p>${a}</p><p>${b}</p>`,
    means: both,
  },
  {
    name: 'empty lines between',
    text: `${order}\n\n${a}\n\n\n${b}\n`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><p>&nbsp;</p><p>${a}</p><p>&nbsp;</p><p>${b}</p>`,
    means: both,
  },
  { name: 'the same one twice', text: `${order} ${a}, ${a.toUpperCase()}`, means: { asks: [a.toUpperCase()] } },
  { name: 'a heading of one word', text: `${order}\nUserPrincipalName\n${a}\n${b}`, means: both },
  {
    name: 'a heading "Email"',
    text: `${order}\nEmail\n${a}\n${b}`,
    html: `${html}</p><div>Email</div><div>${a}</div><div>${b}</div>`,
    means: both,
  },
  {
    name: 'a heading that says more',
    text: `${order}\nEmail of people to keep\n${a}`,
    means: { asks: [a], unclear: ['Email', 'of', 'people', 'to', 'keep'] },
  },
  { name: 'names before brackets', text: `${order} Adele Vance <${a}>; Isaiah Langer <${b}>`, means: both },
  {
    name: 'names before brackets, as HTML',
    text: `${order} Adele Vance <${a}>; Isaiah Langer <${b}>`,
    html: `${html} Adele Vance &lt;${a}&gt;; Isaiah Langer &lt;${b}&gt;</p>`,
    means: both,
  },
  { name: 'names before brackets, by commas', text: `${order} Adele Vance <${a}>, Isaiah Langer <${b}>`, means: both },
  { name: 'names before brackets, by lines', text: `${order}\nAdele Vance <${a}>\nIsaiah Langer <${b}>`, means: both },
  {
    name: 'names before brackets, with nothing between',
    text: `${order} Adele Vance <${a}> Isaiah Langer <${b}>`,
    means: both,
  },
  {
    name: 'names before brackets, with "and"',
    text: `${order} Adele Vance <${a}> and Isaiah Langer <${b}>`,
    means: both,
  },
  { name: 'names before brackets, a semicolon at the end', text: `${order} Adele Vance <${a}>;`, means: { asks: [a] } },
  { name: 'names glued to brackets', text: `${order} Adele Vance<${a}>;Isaiah Langer<${b}>`, means: both },
  { name: 'names before round brackets', text: `${order} Adele Vance (${a}), Isaiah Langer (${b})`, means: both },
  { name: 'names before square brackets', text: `${order} Adele Vance [${a}]`, means: { asks: [a] } },
  { name: 'names in quotation marks', text: `${order} "Adele Vance" <${a}>, "Isaiah Langer" <${b}>`, means: both },
  {
    name: 'names in quotation marks, with commas',
    text: `${order} "Vance, Adele" <${a}>; "Langer, Isaiah" <${b}>`,
    means: both,
  },
  {
    name: 'names in quotation marks, escaped',
    text: `${order} &quot;Vance, Adele&quot; &lt;${a}&gt;`,
    means: { asks: [a] },
  },
  { name: 'names with commas', text: `${order} Vance, Adele <${a}>; Langer, Isaiah <${b}>`, means: both },
  { name: 'names with commas, by commas', text: `${order} Vance, Adele <${a}>, Langer, Isaiah <${b}>`, means: both },
  {
    name: 'a comma that may stand between two people',
    text: `${order} Bob, Adele <${a}>`,
    means: { asks: [a], called: ['Bob Adele'] },
  },
  {
    name: 'an "and" that stands between two people',
    text: `${order} Vance and Adele <${a}>`,
    means: { asks: [a], unclear: ['Vance'] },
  },
  { name: 'a name with a department', text: `${order} Adele Vance (Retail) <${a}>`, means: { asks: [a] } },
  { name: 'a name with a title', text: `${order} Dr. Adele J. Vance-Smith <${a}>`, means: { asks: [a] } },
  { name: 'a name in Japanese', text: `${order} 山田 太郎 <${a}>`, means: { asks: [a] } },
  { name: 'a name with an accent', text: `${order} René Müller <${a}>`, means: { asks: [a] } },
  {
    name: 'a name with an apostrophe',
    text: `${order} Miles O'Brien <o'brien@contoso.example>`,
    means: { asks: ["o'brien@contoso.example"] },
  },
  { name: 'a name with a typographic apostrophe', text: `${order} Miles O’Brien <${a}>`, means: { asks: [a] } },
  { name: 'addresses and names mixed', text: `${order} ${a}; Isaiah Langer <${b}>; ${c}`, means: all },
  {
    name: 'a list with mentions',
    text: `${order} ${a}, ${at('Megan Bowen')}`,
    mentions: [[at('Megan Bowen'), ids.megan]],
    means: { asks: [a, `@${ids.megan}`] },
  },
  {
    name: 'names without brackets',
    text: `${order} Adele Vance ${a}`,
    means: { asks: [a], called: ['Adele Vance'] },
  },
  {
    name: 'names behind a dash',
    text: `${order} Adele Vance - ${a}`,
    means: { asks: [a], called: ['Adele Vance -'] },
  },
  { name: 'names behind a colon', text: `${order} Adele: ${a}`, means: { asks: [a], unclear: ['Adele'] } },
  {
    name: 'somebody without an address in a list',
    text: `${order} Adele Vance <${a}>; Bob; Isaiah <${b}>`,
    means: { asks: [a, b], unclear: ['Bob'] },
  },
  {
    name: 'everyone but one',
    text: `${order} everyone except <${a}>`,
    means: { asks: [], unclear: ['everyone', 'except'] },
  },
  { name: 'not this one', text: `${order} ${a} but not <${b}>`, means: { asks: [a], unclear: ['but', 'not'] } },
  { name: 'all of somebody', text: `${order} all of (${a})`, means: { asks: [a], called: ['all of'] } },
  {
    name: 'too many words for a name',
    text: `${order} one two three four five six seven eight nine <${a}>`,
    means: { asks: [a], unclear: ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] },
  },
];

const table = (...rows: readonly (readonly string[])[]) =>
  `<table style="width:100%"><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\r\n')}</tbody></table>`;
const before = `<p>${span()}&nbsp;revoke sessions for</p>`;

/** Rows and cells, as they come from Excel, Outlook, the Entra portal and the client's own tables. */
export const tables: readonly Entry[] = [
  { name: 'one column', text: `${order}\n${a}\n${b}`, html: before + table([a], [b]), means: both },
  {
    name: 'name and address',
    text: `${order}\nAdele Vance\t${a}\nIsaiah Langer\t${b}`,
    html: before + table(['Adele Vance', a], ['Isaiah Langer', b]),
    means: both,
  },
  {
    name: 'address and name',
    text: `${order}\n${a}\tAdele Vance\n${b}\tIsaiah Langer`,
    html: before + table([a, 'Adele Vance'], [b, 'Isaiah Langer']),
    means: both,
  },
  {
    name: 'name and linked address',
    text: `${order}\nAdele Vance\t${a}`,
    html: before + table(['Adele Vance', mail(a)]),
    means: { asks: [a] },
  },
  {
    name: 'linked name',
    text: `${order}\nAdele Vance\tRetail`,
    html: before + table([mail(a, 'Adele Vance'), 'Retail']),
    means: { asks: [a] },
  },
  {
    name: 'linked name and address',
    text: `${order}\nAdele Vance\t${a}`,
    html: before + table([mail(a, 'Adele Vance'), mail(a)]),
    means: { asks: [a] },
  },
  { name: 'only tabs, without HTML', text: `${order}\nAdele Vance\t${a}\nIsaiah Langer\t${b}`, means: both },
  { name: 'only tabs, on the line of the command', text: `${order} Adele Vance\t${a}`, means: { asks: [a] } },
  { name: 'tabs between addresses', text: `${order} ${a}\t${b}\t${c}`, means: all },
  {
    name: 'tabs that text has lost',
    text: `${order} Adele Vance ${a} Isaiah Langer ${b}`,
    html: before + table(['Adele Vance', a], ['Isaiah Langer', b]),
    means: both,
  },
  {
    name: 'cells that text has glued together',
    text: `${order}Adele Vance${a}Isaiah Langer${b}`,
    html: before + table(['Adele Vance', a], ['Isaiah Langer', b]),
    means: both,
  },
  {
    name: 'cells that text has glued into another address',
    text: `${order} Adele${a}`,
    html: before + table(['Adele', a]),
    means: { asks: [a] },
  },
  {
    name: 'a heading',
    text: `${order}\nName\tEmail\nAdele Vance\t${a}`,
    html: before + table(['Name', 'Email'], ['Adele Vance', a]),
    means: { asks: [a] },
  },
  {
    name: 'a heading of the Entra portal',
    text: `${order}\nDisplay name\tUser principal name\tUser type\nAdele Vance\t${a}\tMember`,
    html: before + table(['Display name', 'User principal name', 'User type'], ['Adele Vance', a, 'Member']),
    means: { asks: [a] },
  },
  {
    name: 'a heading in header cells',
    text: `${order}\nName\tUPN\nAdele\t${a}`,
    html: `${before}<table><thead><tr><th>Name</th><th>UPN</th></tr></thead><tbody><tr><td>Adele</td><td>${a}</td></tr></tbody></table>`,
    means: { asks: [a] },
  },
  {
    name: 'many columns',
    text: `${order}\nAdele Vance\t${a}\tRetail\tYes\t2026-11-20 07:58\t+49 89 1234`,
    means: { asks: [a] },
  },
  {
    name: 'an empty cell',
    text: `${order}\nAdele Vance\t\t${a}`,
    html: before + table(['Adele Vance', '&nbsp;', a]),
    means: { asks: [a] },
  },
  {
    name: 'an empty row',
    text: `${order}\n\t\n${a}\tAdele`,
    html: before + table(['', ''], [a, 'Adele']),
    means: { asks: [a] },
  },
  {
    name: 'numbered rows',
    text: `${order}\n1\tAdele Vance\t${a}\n2\tIsaiah Langer\t${b}`,
    html: before + table(['1', 'Adele Vance', a], ['2', 'Isaiah Langer', b]),
    means: both,
  },
  {
    name: 'cells with paragraphs',
    text: `${order}\nAdele Vance\t${a}`,
    html: before + table(['<p>Adele Vance</p>', `<p>${a}</p>`]),
    means: { asks: [a] },
  },
  {
    name: 'cells with line breaks',
    text: `${order}\nAdele\nVance\t${a}`,
    html: before + table(['Adele<br>Vance', a]),
    means: { asks: [a] },
  },
  {
    name: 'two addresses in one cell',
    text: `${order}\n${a}\n${b}`,
    html: before + table([`${a}<br>${b}`]),
    means: both,
  },
  {
    name: 'an address and an object id',
    text: `${order}\nAdele\t${a}\t${objectId}`,
    html: before + table(['Adele', a, objectId]),
    means: { asks: [a, objectId] },
  },
  { name: 'object ids', text: `${order}\nAdele\t${objectId}`, means: { asks: [objectId] } },
  {
    name: 'as Excel pastes it',
    text: `${order}\nAdele Vance\t${a}\nIsaiah Langer\t${b}`,
    html: `${before}<div itemprop="copy-paste-table"><style><!--table {mso-displayed-decimal-separator:"\\,";} --></style><table border="0" cellpadding="0" cellspacing="0" width="300" style="border-collapse:collapse"><colgroup><col width="120"><col width="180"></colgroup><tbody><tr height="20"><td height="20" width="120">Adele Vance</td><td width="180" style="color:#0563C1">${mail(a)}</td></tr><tr height="20"><td>Isaiah Langer</td><td>${mail(b)}</td></tr></tbody></table></div>`,
    means: both,
  },
  {
    name: 'as Word pastes it',
    text: `${order}\nAdele Vance\t${a}`,
    html: `${before}<table class="MsoTableGrid"><tr><td><p class="MsoNormal"><span lang="EN-US">Adele Vance<o:p></o:p></span></p></td><td><p class="MsoNormal"><span lang="EN-US">${mail(a)}<o:p></o:p></span></p></td></tr></table>`,
    means: { asks: [a] },
  },
  {
    name: 'with a reason behind',
    text: `${order}\nAdele Vance\t${a}\nbecause phishing`,
    html: `${before + table(['Adele Vance', a])}<p>because phishing</p>`,
    means: { asks: [a], because: 'phishing' },
  },
  {
    name: 'a mention in a cell',
    text: `${order}\n${at('Megan Bowen')}\tRetail`,
    html: before + table([span('Megan Bowen', 1), 'Retail']),
    mentions: [[at('Megan Bowen'), ids.megan]],
    means: { asks: [`@${ids.megan}`] },
  },
  {
    name: 'a row without an address',
    text: `${order}\nAdele Vance\t${a}\nBob\tRetail`,
    html: before + table(['Adele Vance', a], ['Bob', 'Retail']),
    means: { asks: [a], unclear: ['Bob', 'Retail'] },
  },
  {
    name: 'a first row without an address that is no heading',
    text: `${order}\nBob\tRetail\nAdele Vance\t${a}`,
    means: { asks: [a], unclear: ['Bob', 'Retail'] },
  },
  {
    name: 'a manager beside',
    text: `${order}\nAdele Vance\t${a}\t${c}`,
    html: before + table(['Adele Vance', a, c]),
    means: { rows: [[a, c]] },
  },
  {
    name: 'a manager beside, with a heading',
    text: `${order}\nName\tEmail\tManager\nAdele Vance\t${a}\t${c}`,
    html: before + table(['Name', 'Email', 'Manager'], ['Adele Vance', a, c]),
    means: { rows: [[a, c]] },
  },
  {
    name: 'a manager beside and no name, with a heading',
    text: `${order}\nUPN\tManager\n${a}\t${c}`,
    means: { rows: [[a, c]] },
  },
  {
    name: 'two columns of addresses that the heading calls so',
    text: `${order}\nUPN\tEmail\n${a}\t${c}`,
    means: { asks: [a, c] },
  },
  {
    name: 'a linked address of somebody else in the row',
    text: `${order}\nAdele Vance\t${a}`,
    html: before + table([mail(b, 'Adele Vance'), a]),
    means: { rows: [[b, a]] },
  },
  {
    name: 'a bad link in a cell',
    text: `${order}\nAdele Vance\t${a}`,
    html: before + table(['Adele Vance', mail(b, a)]),
    means: { says: [[a, b]] },
  },
  {
    name: 'an address that is none',
    text: `${order}\nAdele Vance\tadele@contoso`,
    html: before + table(['Adele Vance', 'adele@contoso']),
    means: { asks: [], unclear: ['Adele', 'Vance', 'adele@contoso'] },
  },
  {
    name: 'an address that is none beside one',
    text: `${order}\nadele@contoso\t${a}`,
    means: { asks: [a], unclear: ['adele@contoso'] },
  },
  {
    name: 'words in a cell',
    text: `${order}\neveryone except\t${a}`,
    means: { asks: [], unclear: ['everyone', 'except'] },
  },
  {
    name: 'pipes for cells',
    text: `${order}\n| Adele | ${a} |`,
    means: { perhaps: [a] },
  },
];
