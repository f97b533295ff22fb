import { at, bot, type Entry, ids, mail, oldSpan, revoke, sent, span } from './entry.ts';

const { adele, isaiah, megan, otherAdele } = ids;
const order = `${at()} revoke sessions for`;
const name = 'Adele Vance';
const one = [[at(name), adele]] as const;
const asksAdele = { asks: [`@${adele}`] } as const;

/** People, and what is nobody, by @mention. */
export const mentions: readonly Entry[] = [
  revoke('desktop', asksAdele, at(name), span(name, 1), one),
  revoke('no HTML', asksAdele, at(name), undefined, one),
  {
    name: 'old desktop',
    text: `${order} ${at(name)}`,
    html: `<div><div>${oldSpan()}&nbsp;revoke sessions for ${oldSpan(name, 1)}</div>\n</div>`,
    mentions: one,
    means: asksAdele,
  },
  {
    name: 'new desktop, read-only wrapper',
    text: `${order} ${at(name)}`,
    html: `<p><readonly class="skipProofing" itemtype="http://schema.skype.com/Mention" contenteditable="false">${span()}</readonly>&nbsp;revoke sessions for <readonly class="skipProofing" itemtype="http://schema.skype.com/Mention" contenteditable="false">${span(name, 1)}</readonly></p>`,
    mentions: one,
    means: asksAdele,
  },
  revoke('a space behind, as the client leaves it', asksAdele, `${at(name)}&nbsp;\n`, `${span(name, 1)}&nbsp;`, one),
  {
    name: 'numbered tags in text',
    text: `<at id="0">${bot.name}</at> revoke sessions for <at id="1">${name}</at>`,
    mentions: one,
    means: asksAdele,
  },
  {
    name: 'numbered tags in HTML',
    text: `${order} ${at(name)}`,
    html: `<div><at id="0">${bot.name}</at> revoke sessions for <at id="1">${name}</at></div>`,
    mentions: one,
    means: asksAdele,
  },
  {
    name: 'HTML that writes mentions in a way of its own',
    text: `${order} ${at(name)}`,
    html: `<p><mention>Session Revoker</mention> revoke sessions for <mention>${name}</mention></p>`,
    mentions: one,
    means: asksAdele,
  },
  revoke(
    'HTML in which only the person is written in another way',
    asksAdele,
    at(name),
    `<mention>${name}</mention>`,
    one,
  ),
  revoke('shortened to the first name', asksAdele, at('Adele'), span('Adele', 1), [[at('Adele'), adele]]),
  revoke('shortened, with the full name in the entity', asksAdele, at('Adele'), undefined, [
    [at('Adele'), adele, { name: 'Adele Vance' }],
  ]),
  revoke('shortened to the last name', asksAdele, at('Vance'), undefined, [[at('Vance'), adele]]),
  revoke('an @ in the entity and not in the text', asksAdele, at(name), undefined, [[at(`@${name}`), adele]]),
  revoke('an @ in the text and not in the entity', asksAdele, at(`@${name}`), undefined, one),
  revoke('no text in the entity', asksAdele, at(name), undefined, [['', adele, { name }]]),
  revoke(
    'one mention for each word of the name',
    asksAdele,
    `${at('Adele')}&nbsp;${at('Vance')}`,
    `${span('Adele', 1)}&nbsp;${span('Vance', 2)}`,
    [
      [at('Adele'), adele],
      [at('Vance'), adele],
    ],
  ),
  revoke('a full stop behind', asksAdele, `${at(name)}.`, `${span(name, 1)}.`, one),
  revoke('quotation marks around', asksAdele, `"${at(name)}"`, `&quot;${span(name, 1)}&quot;`, one),
  revoke('brackets around', asksAdele, `(${at(name)})`, `(${span(name, 1)})`, one),
  sent('glued to a colon', asksAdele, `revoke sessions for:${at(name)}`, undefined, one),
  revoke('in bold', asksAdele, at(name), `<strong>${span(name, 1)}</strong>`, one),
  sent(
    'on the next line',
    asksAdele,
    `revoke sessions for\n${at(name)}`,
    `revoke sessions for</p><p>${span(name, 1)}`,
    one,
  ),
  revoke(
    'with a reason',
    { ...asksAdele, because: 'phone stolen' },
    `${at(name)} because phone stolen`,
    `${span(name, 1)} because phone stolen`,
    one,
  ),
  revoke(
    'with a reason glued to it',
    { ...asksAdele, because: 'phone stolen' },
    `${at(name)}because phone stolen`,
    undefined,
    one,
  ),
  sent(
    'what if',
    { ...asksAdele, whatIf: true },
    `what if revoke sessions for ${at(name)}`,
    `what if revoke sessions for ${span(name, 1)}`,
    one,
  ),
  revoke(
    'two people',
    { asks: [`@${adele}`, `@${isaiah}`] },
    `${at(name)}, ${at('Isaiah Langer')}`,
    `${span(name, 1)}, ${span('Isaiah Langer', 2)}`,
    [...one, [at('Isaiah Langer'), isaiah]],
  ),
  revoke(
    'two people with "and"',
    { asks: [`@${adele}`, `@${isaiah}`] },
    `${at(name)} and ${at('Isaiah Langer')}`,
    undefined,
    [...one, [at('Isaiah Langer'), isaiah]],
  ),
  revoke(
    'two people, nothing between',
    { asks: [`@${adele}`, `@${isaiah}`] },
    `${at(name)}${at('Isaiah Langer')}`,
    `${span(name, 1)}${span('Isaiah Langer', 2)}`,
    [...one, [at('Isaiah Langer'), isaiah]],
  ),
  revoke('the same person twice', asksAdele, `${at(name)} ${at(name)}`, undefined, [...one, ...one]),
  revoke('the same person under two labels', asksAdele, `${at(name)} ${at('Adele')}`, undefined, [
    ...one,
    [at('Adele'), adele],
  ]),
  revoke(
    'a person and an address',
    { asks: [`@${adele}`, 'isaiah@contoso.example'] },
    `${at(name)}, isaiah@contoso.example`,
    `${span(name, 1)}, ${mail('isaiah@contoso.example')}`,
    one,
  ),
  {
    name: 'the bot mentioned behind',
    text: `revoke sessions for ${at(name)} ${at()}`,
    html: `<p>revoke sessions for ${span(name, 0)}&nbsp;${span(bot.name, 1)}</p>`,
    mentions: one,
    means: asksAdele,
  },
  revoke('the bot mentioned twice', asksAdele, `${at(name)} ${at()}`, `${span(name, 1)} ${span()}`, one),
  {
    name: 'a 1:1 chat, without the bot',
    text: `revoke sessions for ${at(name)}`,
    html: `<p>revoke sessions for ${span(name, 0)}</p>`,
    mentions: one,
    means: asksAdele,
  },
  {
    name: 'a list of people',
    text: `${order}\n- ${at(name)}\n- ${at('Isaiah Langer')}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><ul><li>${span(name, 1)}</li><li>${span('Isaiah Langer', 2)}</li></ul>`,
    mentions: [...one, [at('Isaiah Langer'), isaiah]],
    means: { asks: [`@${adele}`, `@${isaiah}`] },
  },
  revoke(
    'somebody mentioned in the reason only',
    { asks: ['adele@contoso.example'], because: 'Megan Bowen asked for it' },
    `adele@contoso.example because ${at('Megan Bowen')} asked for it`,
    `${mail('adele@contoso.example')} because ${span('Megan Bowen', 1)} asked for it`,
    [[at('Megan Bowen'), megan]],
  ),
  revoke(
    'somebody mentioned as target and in the reason',
    { ...asksAdele, because: 'Megan Bowen saw it' },
    `${at(name)} because ${at('Megan Bowen')} saw it`,
    undefined,
    [...one, [at('Megan Bowen'), megan]],
  ),
  revoke(
    'a name with an apostrophe, escaped',
    { asks: [`@${megan}`] },
    at('Miles O&#39;Brien'),
    span("Miles O'Brien", 1),
    [[at("Miles O'Brien"), megan]],
  ),
  revoke('a name with an ampersand, escaped in one place', { asks: [`@${megan}`] }, at('R&amp;D Desk'), undefined, [
    [at('R&D Desk'), megan],
  ]),
  revoke('a name with an accent in another form', { asks: [`@${megan}`] }, at('Rene\u0301 Roy'), undefined, [
    [at('René Roy'), megan],
  ]),
  revoke('a Japanese name', { asks: [`@${megan}`] }, at('山田 太郎'), span('山田 太郎', 1), [[at('山田 太郎'), megan]]),
  revoke('a name of two spaces', asksAdele, at('Adele  Vance'), undefined, one),
  revoke('a name with its department', asksAdele, at('Adele Vance (Retail)'), undefined, [
    [at('Adele Vance (Retail)'), adele],
  ]),
  revoke('a name that is a command', asksAdele, at('help'), undefined, [[at('help'), adele]]),
  revoke('a name with "because" in it', asksAdele, at('Because Smith'), span('Because Smith', 1), [
    [at('Because Smith'), adele],
  ]),
  revoke(
    'a name that is an address of somebody else',
    asksAdele,
    at('isaiah@contoso.example'),
    span('isaiah@contoso.example', 1),
    [[at('isaiah@contoso.example'), adele]],
  ),
  revoke(
    'the surname typed behind a shortened mention',
    { perhaps: [`@${adele}`] },
    `${at('Adele')} Vance`,
    undefined,
    [[at('Adele'), adele]],
  ),
  revoke('a possessive behind', { perhaps: [`@${adele}`] }, `${at(name)}'s`, undefined, one),
  revoke(
    'two people of one name',
    { asks: ['@several'] },
    `${at('Adele')} ${at('Adele')}`,
    `${span('Adele', 1)} ${span('Adele', 2)}`,
    [
      [at('Adele'), adele],
      [at('Adele'), otherAdele],
    ],
  ),
  revoke(
    'one of two people of one name',
    { asks: ['@several'], because: 'Adele asked' },
    `${at('Adele')} because ${at('Adele')} asked`,
    undefined,
    [
      [at('Adele'), adele],
      [at('Adele'), otherAdele],
    ],
  ),
  revoke('somebody called like the bot', { asks: ['@several'] }, at(), span(bot.name, 1), [[at(), megan]]),
  revoke('a mention without an entity', { asks: ['@unknown'] }, at(name)),
  ...[null, '', `29:${'x'.repeat(298)}`].map((id) =>
    revoke(`a mention whose entity has the id ${id}`, { asks: ['@unknown'] }, at(name), undefined, [[at(name), id]]),
  ),
  revoke('a mention that was only typed', { asks: [], unclear: ['@Adele', 'Vance'] }, '@Adele Vance', '@Adele Vance'),
  revoke('another bot', { asks: ['@bot'] }, at('Workflows'), span('Workflows', 1), [
    [at('Workflows'), '28:9c1e8047-2a74-40a2-b28a-b162d5f5327c'],
  ]),
  revoke('another bot by its role', { asks: ['@bot'] }, at('Workflows'), undefined, [
    [at('Workflows'), 'abc', { role: 'bot' }],
  ]),
  revoke('a channel', { asks: ['@group'] }, at('Incident response'), span('Incident response', 1), [
    [at('Incident response'), '19:channel-incidents@thread.tacv2'],
  ]),
  revoke('a team', { asks: ['@group'] }, at('Contoso Security'), undefined, [
    [at('Contoso Security'), '19:team-secops@thread.tacv2'],
  ]),
  revoke('an old team', { asks: ['@group'] }, at('Contoso Security'), undefined, [
    [at('Contoso Security'), '19:ja0cu120i1jod12j@skype.net'],
  ]),
  revoke('a tag by its type', { asks: ['@group'] }, at('on-call'), undefined, [
    [at('on-call'), 'MjQzMmI1N2ItMGFiZC00M2RiLWFhN2ItMTZlYWRkMTE1ZDM0', { type: 'tag' }],
  ]),
  revoke('a tag by its kind of mention', { asks: ['@group'] }, at('on-call'), undefined, [
    [at('on-call'), 'MjQzMmI1N2I', { mentionType: 'tag' }],
  ]),
  revoke('everyone in a chat', { asks: ['@group'] }, at('Everyone'), undefined, [
    [at('Everyone'), '19:on-call@thread.v2', { type: 'everyone' }],
  ]),
  revoke('a channel besides a person', { asks: [`@${adele}`, '@group'] }, `${at(name)}, ${at('General')}`, undefined, [
    ...one,
    [at('General'), '19:general@thread.tacv2'],
  ]),
  revoke('a person whose entity says so', asksAdele, at(name), undefined, [[at(name), adele, { type: 'person' }]]),
  revoke('a person by object id', { asks: ['@8:orgid:6e3f207c-9d4f-4e80-9b63-2caf7d809e03'] }, at(name), undefined, [
    [at(name), '8:orgid:6e3f207c-9d4f-4e80-9b63-2caf7d809e03'],
  ]),
  sent('nobody but the bot', { asks: [] }, 'revoke sessions for ', 'revoke sessions for&nbsp;'),
  revoke('nobody but the bot, named as target', { asks: [] }, at(), span()),
  { name: 'only a mention of the bot', text: `${at()}\n`, html: `<p>${span()}&nbsp;</p>`, means: 'nothing' },
  sent('a mention within the command', asksAdele, `revoke ${at(name)} sessions`, undefined, one),
  sent('history of somebody mentioned', { history: [`@${adele}`] }, `history ${at(name)}`, undefined, one),
];
