import { at, type Entry, mail, objectId, reply, revoke, sent, span } from './entry.ts';

const adele = 'adele.vance@contoso.example';
const isaiah = 'isaiah.langer@contoso.example';
const order = `${at()} revoke sessions for`;
const html = `<p>${span()}&nbsp;revoke sessions for`;
const asksAdele = { asks: [adele] } as const;
/** The order as `text` has it, with other HTML. */
const shows = (name: string, html: string): Entry => ({ name, text: `${order} ${adele}`, html, means: asksAdele });

const wrappers = [
  '<…>',
  '(…)',
  '[…]',
  '{…}',
  '"…"',
  "'…'",
  '`…`',
  '“…”',
  '”…”',
  '„…“',
  '«…»',
  '‘…’',
  '*…*',
  '**…**',
  '「…」',
  '（…）',
  '【…】',
  '<"…">',
  '("…")',
  '…,',
  '…;',
  '….',
  '…:',
  '…!',
  '…?',
  '…!?',
  '….”',
  '…)',
  '…].',
  '…。',
  '…，',
  '…、',
  '…；',
  ',…',
  'mailto:…',
  '<mailto:…>',
  'MAILTO:…',
  '"…",',
  '(…);',
];

/** Quotation marks, brackets and full stops around an address or an object id. */
export const punctuation: readonly Entry[] = [
  ...wrappers.map((around): Entry => {
    const sent = around.replace('…', adele);
    const escaped = sent.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return {
      name: `an address in ${around}`,
      text: `${order} ${sent}`,
      html: `${html} ${escaped}</p>`,
      means: around.endsWith('?') ? { perhaps: [adele] } : asksAdele,
    };
  }),
  ...['{…}', '(…)', '"…"', "'…'", '…,', '….', '<…>', '`…`'].map(
    (around): Entry => ({
      name: `an object id in ${around}`,
      text: `${order} ${around.replace('…', objectId)}`,
      means: { asks: [objectId] },
    }),
  ),
  ...['(…)', '"…"', '…,', '…;', '….', "'…'"].map(
    (around): Entry => ({
      name: `a linked name in ${around}`,
      text: `${order} ${around.replace('…', 'Adele')}`,
      html: `${html} ${around.replace('…', mail(adele, 'Adele'))}</p>`,
      means: around === "'…'" ? { asks: [adele], unclear: ["'", "'"] } : asksAdele,
    }),
  ),
  revoke(
    'an apostrophe that belongs to it',
    { asks: ["miles.o'brien@contoso.example"] },
    "miles.o'brien@contoso.example",
  ),
  revoke('an underscore that belongs to it', { asks: ['_svc_backup@contoso.example'] }, '_svc_backup@contoso.example'),
  revoke(
    'a guest',
    { asks: ['adele_fabrikam.example#EXT#@contoso.example'] },
    'adele_fabrikam.example#EXT#@contoso.example',
  ),
  revoke(
    'a plus',
    { asks: ['adele+work@contoso.example'] },
    'adele+work@contoso.example',
    'adele&#43;work@contoso.example',
  ),
  revoke('an address that bold splits', asksAdele, adele, 'adele<strong>.vance</strong>@contoso.example'),
  revoke(
    'an address that hides a character',
    asksAdele,
    'adele.\u200bvance@contoso.example',
    'adele.&#8203;vance@contoso.example',
  ),
  revoke(
    'an address that hides a soft hyphen',
    asksAdele,
    'adele.vance\u00ad@contoso.example',
    'adele.vance\u00ad@contoso.example',
  ),
  revoke(
    'an emoji behind',
    asksAdele,
    `${adele} 🙏`,
    `${adele} <img alt="🙏" itemtype="http://schema.skype.com/Emoji" src="x">`,
  ),
  revoke('an emoji behind, without HTML', asksAdele, `${adele} 🙏`),
  revoke('words behind', asksAdele, `${adele} please`, `${adele} please`),
];

/** Quotations are somebody else's words, wherever they stand. */
export const quotes: readonly Entry[] = [
  shows('a reply with an order of its own', `${reply('Alert', `user ${isaiah}`)}\r\n${html} ${adele}</p>`),
  {
    name: 'a reply whose quotation stands in text as well',
    text: `Alert\r\nrevoke sessions for ${isaiah}\r\n\r\n${order} ${adele}`,
    html: `<div>${reply('Alert', `revoke sessions for ${isaiah}`)}${html} ${adele}</p></div>`,
    means: asksAdele,
  },
  {
    name: 'a reply that only agrees with an order',
    text: `revoke sessions for ${isaiah}\r\n\r\nyes please`,
    html: `${reply('Mallory', `revoke sessions for ${isaiah}`)}<p>yes please</p>`,
    means: 'nothing',
  },
  {
    name: 'a reply that is nothing but its quotation',
    text: `revoke sessions for ${isaiah}`,
    html: reply('Mallory', `revoke sessions for ${isaiah}`),
    means: 'nothing',
  },
  {
    name: 'a reply that only mentions the bot',
    text: `revoke sessions for ${isaiah} ${at()}`,
    html: `${reply('Mallory', `revoke sessions for ${isaiah}`)}<p>${span()}&nbsp;</p>`,
    means: 'nothing',
  },
  {
    name: 'a reply to a code',
    text: 'approve K7F3\r\nno',
    html: `${reply('Mallory', 'approve K7F3')}<p>no</p>`,
    means: 'nothing',
  },
  {
    name: 'a reply that decides',
    text: 'Session Revoker\r\nApproval needed\r\n\r\napprove K7F3',
    html: `${reply('Session Revoker', 'Approval needed')}<p>approve K7F3</p>`,
    means: { approve: 'K7F3' },
  },
  {
    name: 'a reply to itself',
    text: `Alex\r\nx\r\n\r\n${order} ${adele} because stolen`,
    html: `${reply('Alex', 'x')}${html} ${adele} because stolen</p>`,
    means: { asks: [adele], because: 'stolen' },
  },
  {
    name: 'a reply that names nobody',
    text: `user ${isaiah}\r\n${order} him`,
    html: `${reply('Alert', `user ${isaiah}`)}${html} him</p>`,
    means: { asks: [], unclear: ['him'] },
  },
  {
    name: 'a reply with a mention in the quotation',
    text: `${at('Megan Bowen')}\r\n${order} ${adele}`,
    html: `${reply(span('Megan Bowen', 1), span('Megan Bowen', 1))}${html} ${adele}</p>`,
    mentions: [[at('Megan Bowen'), '29:1megan']],
    means: asksAdele,
  },
  {
    name: 'a reply with a link in the quotation',
    text: `Adele\r\n${order} ${adele}`,
    html: `${reply('Alert', mail(isaiah, adele))}${html} ${adele}</p>`,
    means: asksAdele,
  },
  shows('a reply with a list in the quotation', `${reply('Alert', `<ul><li>${isaiah}</li></ul>`)}${html} ${adele}</p>`),
  shows(
    'a reply with a table in the quotation',
    `${reply('Alert', `<table><tr><td>${isaiah}</td></tr></table>`)}${html} ${adele}</p>`,
  ),
  {
    name: 'a reply between the words',
    text: `revoke sessions for ${adele}`,
    html: `<p>revoke sessions for</p>${reply('Alert', isaiah)}<p>${adele}</p>`,
    means: asksAdele,
  },
  shows('a reply to a reply', `${reply('Alert', reply('Other', isaiah))}${html} ${adele}</p>`),
  shows('a quotation that does not end', `${html} ${adele}</p><blockquote><p>${isaiah}`),
  shows(
    'a quotation in quotation marks in an attribute',
    `<blockquote title="</blockquote>">${isaiah}</blockquote>${html} ${adele}</p>`,
  ),
  {
    name: 'the newer mark of a reply',
    text: `<quoted messageId="1700000000001"/> ${order} ${adele}`,
    html: `${html} ${adele}</p>`,
    means: asksAdele,
  },
  {
    name: 'the newer mark of a reply with a preview',
    text: `<quoted messageId="1" senderName="M" preview="revoke sessions for ${isaiah}"/> thanks`,
    means: 'nothing',
  },
  shows('the newer mark of a reply in HTML', `<quoted messageId="1">${isaiah}</quoted>${html} ${adele}</p>`),
  {
    name: 'a forwarded message',
    text: `revoke sessions for ${isaiah}`,
    html: `<blockquote itemscope itemtype="http://schema.skype.com/Forward" itemid="1"><p>revoke sessions for ${isaiah}</p></blockquote>`,
    means: 'nothing',
  },
  {
    name: 'a quotation of the writer’s own',
    text: `${order} ${adele}`,
    html: `<blockquote>${html} ${adele}</p></blockquote>`,
    means: 'nothing',
  },
  revoke('a line of plain text that is quoted', asksAdele, `${adele}\n> ${isaiah}`),
  revoke(
    'a line of HTML that is quoted as in plain text',
    asksAdele,
    `${adele}\n> ${isaiah}`,
    `${adele}<br>&gt; ${isaiah}`,
  ),
  {
    name: 'a quoted order and words about it',
    text: `> revoke sessions for ${isaiah}\nis that right?`,
    html: `<p>&gt; revoke sessions for ${isaiah}</p><p>is that right?</p>`,
    means: 'nothing',
  },
  {
    name: 'an order in quotation marks',
    text: `"revoke sessions for ${isaiah}"`,
    html: `<p>&quot;revoke sessions for ${isaiah}&quot;</p>`,
    means: { perhaps: [isaiah] },
  },
  {
    name: 'an order in a sentence',
    text: `I will revoke sessions for ${isaiah}`,
    html: `<p>I will revoke sessions for ${isaiah}</p>`,
    means: { perhaps: [isaiah] },
  },
];

/** HTML that is odd, broken, or not what was written. */
export const oddHtml: readonly Entry[] = [
  shows('nothing in it', ''),
  shows('nothing but spaces in it', '<p>&nbsp;</p>\r\n'),
  shows('only a picture in it', '<p><img alt="x" src="y"></p>'),
  revoke('a comment', asksAdele, adele, `${adele}<!-- ${isaiah} -->`),
  shows('a comment that does not end', `${html} ${adele}</p><!-- ${isaiah}`),
  shows('a comment of Word', `<!--[if gte mso 9]><xml>${isaiah}</xml><![endif]-->${html} ${adele}</p>`),
  shows('a style', `<style>p { color: red }</style>${html} ${adele}</p>`),
  shows('a script', `${html} ${adele}</p><script>var x = "${isaiah}"</script>`),
  shows('tags that are not closed', `<div><p>${span()}&nbsp;revoke sessions for <b>${adele}`),
  shows('tags that were never opened', `</div></span></a>${html} ${adele}</p></td></tr>`),
  shows(
    'attributes with brackets',
    `<p title="a > b" data-x='<${isaiah}>'>${span()}&nbsp;revoke sessions for ${adele}</p>`,
  ),
  shows(
    'spans in spans',
    `<p>${span()}<span><span>&nbsp;revoke</span> sessions</span> for <span><span>${adele}</span></span></p>`,
  ),
  {
    name: 'words in single letters',
    text: 'approve K7F3',
    html: `<p>${[...'approve K7F3'].map((letter) => `<span>${letter}</span>`).join('')}</p>`,
    means: { approve: 'K7F3' },
  },
  shows('lines of the source within words', `<p>\r\n${span()}&nbsp;revoke\r\nsessions\r\nfor\r\n${adele}\r\n</p>`),
  {
    name: 'a code block',
    text: `${order}\n${adele}`,
    html: `<p>${span()}&nbsp;revoke sessions for</p><codeblock class=""><code>${adele}</code></codeblock>`,
    means: asksAdele,
  },
  shows('an attachment mark', `${html} ${adele}</p><attachment id="3f2c"></attachment>`),
  { name: 'words of another message', text: `${order} ${adele}`, html: '<p>something else</p>', means: 'nothing' },
  {
    name: 'words of another message, with a link',
    text: `${order} ${adele}`,
    html: `<p>something of ${mail(isaiah, 'Isaiah')}</p>`,
    means: 'nothing',
  },
  revoke(
    'a reference to nothing',
    { asks: [], unclear: [`${adele}&#0`, '&#99999999', '&bogus'] },
    adele,
    `${adele}&#0;&#99999999;&bogus;`,
  ),
  revoke(
    'markup that was typed',
    { asks: [], unclear: [`b>${adele}</b`] },
    `<b>${adele}</b>`,
    `&lt;b&gt;${adele}&lt;/b&gt;`,
  ),
  sent('a bold command', asksAdele, `revoke sessions for ${adele}`, `<strong>revoke sessions for</strong> ${adele}`),
  { name: 'a heading', text: `${at()} help`, html: `<h3>${span()}&nbsp;help</h3>`, means: 'help' },
  sent('help in bold with a full stop', 'help', 'help.', '<b>help</b>.'),
  sent('a code in a code mark', { approve: 'K7F3' }, 'approve K7F3', 'approve <code>K7F3</code>'),
  sent('status', 'status', 'status', 'status'),
  sent('cancel', { cancel: 'K7F3' }, 'cancel K7F3', 'cancel K7F3'),
  sent('stop', { stop: 'K7F3' }, 'stop K7F3', 'stop K7F3'),
  sent(
    'one’s own with a reason',
    { mine: 'phone lost' },
    'revoke my sessions because phone lost',
    'revoke my sessions because phone lost',
  ),
];
