/** One message as a Teams client sends it, and what the bot must make of it. */
export interface Entry {
  readonly name: string;
  /** The activity's `text`. */
  readonly text: string;
  /** Content of the attachment of type `text/html`; left out where the client sends none. */
  readonly html?: string;
  /** Further attachments of that type, which no client is known to send. */
  readonly moreHtml?: readonly string[];
  /** The activity's entities of type `mention`, besides the bot's own: label as it stands in `text`, and id. */
  readonly mentions?: readonly (readonly [label: string, id: string | null, more?: Readonly<Record<string, string>>])[];
  readonly means: Meaning;
}

/**
 * `asks`: for whose sessions to be revoked, by address, by object id, or, for a mention, `@` with its id, or with why it is
 * nobody. `perhaps`: whom it could be meant for; nothing is asked. `unclear`: words that name nobody.
 * `called`: what stands beside addresses, and has to be how their owners are called. `says`: what is shown and what it leads to. `rows`: addresses of one row.
 */
export type Meaning =
  | 'help'
  | 'nothing'
  | 'status'
  | { readonly approve: string }
  | { readonly deny: string; readonly because?: string }
  | { readonly cancel: string; readonly because?: string }
  | { readonly stop: string }
  | { readonly mine: string | null }
  | { readonly history: readonly string[] }
  | {
      readonly asks: readonly string[];
      readonly unclear?: readonly string[];
      readonly called?: readonly string[];
      readonly because?: string;
      readonly whatIf?: true;
    }
  | { readonly perhaps: readonly string[]; readonly because?: string; readonly whatIf?: true }
  | { readonly says: readonly (readonly [shown: string, leadsTo: string])[] }
  | { readonly rows: readonly (readonly string[])[] };

export const bot = { id: '28:0f9b7c52-6a1e-4d0b-9c7e-3f5a2b8d1c60', name: 'Session Revoker' };

export const ids = {
  adele: '29:1adele-Vance_sFYmJ1WqQ',
  isaiah: '29:1isaiah-Langer_0kPq7w',
  megan: '29:1megan-Bowen_x8ZcR2',
  otherAdele: '29:1adele-Other_77aaBc',
} as const;

export const objectId = '6e3f207c-9d4f-4e80-9b63-2caf7d809e03';

/** A mention in `text`. */
export const at = (label: string = bot.name) => `<at>${label}</at>`;
/** A mention in the attachment, as the desktop and web clients write it. */
export const span = (label: string = bot.name, item = 0) =>
  `<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="${item}">${label}</span>`;
/** A mention in the attachment, as older clients write it. */
export const oldSpan = (label: string = bot.name, item = 0) =>
  `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${item}">${label}</span>`;
/** A link to an address, with whatever it shows. */
export const mail = (address: string, label = address) =>
  `<a href="mailto:${address}" rel="noreferrer noopener" title="mailto:${address}" target="_blank">${label}</a>`;
/** A reply, as clients quote the message that it answers. */
export const reply = (author: string, preview: string) =>
  `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1700000000001">\r\n` +
  `<strong itemprop="mri" itemid="8:orgid:${objectId}">${author}</strong>` +
  `<span itemprop="time" itemid="1700000000001"></span>\r\n<p itemprop="preview">${preview}</p>\r\n</blockquote>`;

/**
 * A message in a channel, the bot's mention first: the words behind it as `text` has them and as the attachment has them;
 * without `html` the client sends none.
 */
export const sent = (
  name: string,
  means: Meaning,
  text: string,
  html?: string,
  mentions?: Entry['mentions'],
): Entry => ({
  name,
  text: `${at()} ${text}`,
  ...(html !== undefined && { html: `<p>${span()}&nbsp;${html}</p>` }),
  ...(mentions && { mentions }),
  means,
});
/** The same, with the order before those words. */
export const revoke = (
  name: string,
  means: Meaning,
  text: string,
  html?: string,
  mentions?: Entry['mentions'],
): Entry => {
  const order = 'revoke sessions for';
  return sent(name, means, `${order} ${text}`, html === undefined ? html : `${order} ${html}`, mentions);
};
