import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { personIds, tenantId } from '../../src/local/people.ts';
import { playgroundNames } from '../../src/local/playground.ts';

export type Place = 'personal' | 'group' | 'channel';

interface PlaygroundDriver {
  /** Opens that conversation. The Playground starts in the personal chat. */
  goTo(place: Place): Promise<void>;
  /**
   * Sends a message from the person at the keyboard; in the channel, as a new post. The bot is @mentioned where Teams would
   * otherwise not bring it the message. `<at>Adele Vance</at>` in the text becomes a mention picked from the menu.
   */
  say(text: string): Promise<void>;
  /** In the channel: sends a message below the newest post, with the bot @mentioned. */
  reply(text: string): Promise<void>;
  /**
   * Sends a message to the personal chat as a client in that language does; the page itself is always in English. By the
   * menu *Mock an Activity*, so what is said does not stand in the conversation.
   */
  sayIn(locale: string, text: string): Promise<void>;
  /** Sends the bot the event of the menu *Mock an Activity*, such as `Install application`. */
  mock(event: string): Promise<void>;
  /** Waits until the text stands in the open conversation; in the channel, in the newest post. */
  waitForText(text: string | RegExp): Promise<void>;
  /** Waits until the text is nowhere to be read any more. */
  waitForNoText(text: string): Promise<void>;
  /** Waits until a card has the button. */
  waitForButton(title: string): Promise<void>;
  /** Clicks the button in the newest card that has it, and waits until the bot has answered the click. */
  clickButton(title: string): Promise<void>;
  /** Shows what the newest card has folded, or folds it again. */
  unfold(): Promise<void>;
  /** Waits until no card of the conversation (in the channel: of the newest post) has the button any more. */
  waitForNoButton(title: string): Promise<void>;
  /** Chooses the message action with that id on the newest message with the text, and waits for the dialog. */
  openDialog(message: string, command: string): Promise<void>;
  /** Fills in a field of the dialog by its label; `true` and `false` set a switch. */
  fillIn(label: string, value: string | boolean): Promise<void>;
  /** Clicks the button in the dialog, and waits until the bot has answered. */
  clickInDialog(title: string): Promise<void>;
  /** Waits until the text stands in the dialog. */
  waitForTextInDialog(text: string | RegExp): Promise<void>;
  /** Closes what is left of the dialog: the Playground leaves its frame where Teams closes it. */
  closeDialog(): Promise<void>;
  /** What is written in the open conversation (in the channel: in the newest post), as the page shows it. */
  text(): Promise<string>;
  /** The code on the newest card that has one. */
  code(): Promise<string>;
  /** What the Playground's log panel holds of warnings, errors and failed calls in either direction; each once. */
  complaints(): Promise<readonly string[]>;
  /** Saves what is on the screen as `<name>.png` in the directory for screenshots, and returns its path. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

interface PlaygroundDriverOptions {
  readonly url: string;
  /** directory for screenshots, made when missing */
  readonly screenshots: string;
  /** how long to wait for anything, in ms */
  readonly timeout: number;
}

/** Instead of a card for each reader, it shows all the same one, and says so. Only in conversations of several. */
export const noViewForEach =
  '(!) Warning: User specific view is not supported yet in Microsoft 365 Agents playground, you can try it in real e...';
/** Said of the answer by which Teams closes a dialog: no task at all, the documentation's "no response". */
export const noClosing =
  '(×) Error: Invalid response returned from your app, please check out the document for response schema.';

const sideBarItem: Record<Place, string> = {
  personal: 'Personal Chat',
  group: playgroundNames.groupChat,
  channel: `${playgroundNames.team} - ${playgroundNames.channel}`,
};

/** Starts a headless Chromium and opens the Playground in it. Nothing but this machine is asked for anything. */
export async function openPlayground(options: PlaygroundDriverOptions): Promise<PlaygroundDriver> {
  const { url, screenshots, timeout } = options;
  await mkdir(screenshots, { recursive: true });
  const browser = await chromium.launch({ ...findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(timeout);
    // Its fonts come from the network; a test is to look the same without.
    await page.route(
      (address) => !['localhost', '127.0.0.1'].includes(address.hostname),
      (route) => route.abort(),
    );
    await page.goto(url);
    // The log repeats every message, which would be found there instead of in the conversation.
    await page.getByRole('button', { name: 'Hide log panel' }).click();
    return drive(page, screenshots, () => browser.close());
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function drive(page: Page, screenshots: string, close: () => Promise<void>): PlaygroundDriver {
  let place: Place = 'personal';
  // Whatever stands beside the side bar; the class names around it change with every build of the Playground.
  const conversation = page.locator(
    'xpath=//*[@aria-label="Chat and Teams Channel"]/ancestor::*[following-sibling::*][1]/following-sibling::*[1]',
  );
  // The newest post comes first, below the box for writing one.
  const thread = (): Locator => (place === 'channel' ? conversation.locator('.fui-Card').nth(1) : conversation);
  const buttons = (title: string): Locator =>
    thread().locator('.ac-adaptiveCard').getByRole('button', { name: title, exact: true });

  const answerTo = (path: RegExp) => page.waitForResponse((response) => path.test(response.url()));

  const dialog = page.getByRole('dialog');

  async function mention(name: string): Promise<void> {
    const item = page.getByRole('listbox', { name: 'Typeahead menu' }).getByRole('menuitem', { name });
    // Typed key by key: the menu does not open for text that arrives at once.
    await page.keyboard.type(`@${name.split(' ')[0]}`);
    await item.first().click();
    await item.first().waitFor({ state: 'detached' });
  }

  const toBot = (text: string) => `<at>${playgroundNames.bot}</at> ${text}`;

  async function write(where: Page | Locator, button: string, text: string): Promise<void> {
    await where.getByRole('textbox').first().click();
    // Odd parts are the names between the tags.
    for (const [index, part] of text.split(/<at>(.*?)<\/at>/).entries()) {
      if (index % 2 === 1) await mention(part);
      else if (part) await page.keyboard.insertText(part);
    }
    const send = where.getByRole('button', { name: button, exact: true }).first();
    const [taken] = await Promise.all([answerTo(/\/_conversation\/.+\/messages$/), send.click()]);
    if (!taken.ok()) throw new Error(`the Playground did not take the message: ${text}`);
  }

  /** @param activity instead of what the Playground proposes */
  async function mock(event: string, activity?: object): Promise<void> {
    await page.getByRole('button', { name: 'Mock an Activity' }).click();
    await page.getByRole('menu').getByText(event, { exact: true }).click();
    await dialog.locator('.monaco-editor').click();
    if (activity) {
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(JSON.stringify(activity));
      // The editor closes brackets and quotes by itself, behind the cursor.
      await page.keyboard.press('ControlOrMeta+Shift+End');
      await page.keyboard.press('Delete');
    }
    await dialog.getByRole('button', { name: 'Send activity' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  return {
    mock: (event) => mock(event),
    async goTo(next) {
      await page.getByRole('treeitem', { name: sideBarItem[next], exact: true }).click();
      const prompt = next === 'channel' ? 'Start a new post' : 'Type a message...';
      await conversation.getByText(prompt, { exact: true }).first().waitFor();
      place = next;
    },
    async say(text) {
      const addressed = place === 'personal' ? text : toBot(text);
      await write(page, place === 'channel' ? 'Post' : 'Send Message', addressed);
    },
    async reply(text) {
      await write(thread(), 'Send Message', toBot(text));
    },
    async sayIn(locale, text) {
      await mock('Custom activity', { ...messageOfAlex, id: randomUUID(), locale, text });
    },
    async waitForText(text) {
      try {
        await thread().getByText(text).first().waitFor();
      } catch (error) {
        throw new Error(`waited for "${text}" in vain; there was:\n${(await thread().allInnerTexts()).join('\n')}`, {
          cause: error,
        });
      }
    },
    async clickButton(title) {
      const click = buttons(title).last().click();
      const [response] = await Promise.all([answerTo(/\/_conversation\/v1\/(invoke|submit)$/), click]);
      if (!response.ok()) throw new Error(`${title} was answered by ${response.status()}: ${await response.text()}`);
    },
    async unfold() {
      await buttons('Details').last().click();
    },
    async waitForNoText(text) {
      const shown = thread().getByText(text).filter({ visible: true });
      await shown.first().waitFor({ state: 'detached' });
    },
    async waitForButton(title) {
      await buttons(title).last().waitFor();
    },
    async waitForNoButton(title) {
      await buttons(title).first().waitFor({ state: 'detached' });
    },
    async openDialog(message, command) {
      const more = { name: 'Show more information' };
      const own = `xpath=ancestor::*[.//button[@aria-label="${more.name}"]][1]`;
      await thread().getByText(message).last().locator(own).getByRole('button', more).last().click();
      await page.getByRole('menuitem', { name: 'Action Command' }).click();
      await dialog.getByPlaceholder('Input command id or leave blanks').fill(command);
      await Promise.all([answerTo(/\/invoke$/), dialog.getByRole('button', { name: 'Create' }).click()]);
    },
    async fillIn(label, value) {
      const field = dialog.getByLabel(label);
      await (typeof value === 'string' ? field.fill(value) : field.setChecked(value));
    },
    async clickInDialog(title) {
      const click = dialog.getByRole('button', { name: title, exact: true }).click();
      const [response] = await Promise.all([answerTo(/\/invoke$/), click]);
      if (!response.ok()) throw new Error(`${title} was answered by ${response.status()}: ${await response.text()}`);
    },
    async waitForTextInDialog(text) {
      await dialog.getByText(text).first().waitFor();
    },
    async closeDialog() {
      await dialog.getByRole('button', { name: 'Close' }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    async text() {
      return (await thread().allInnerTexts()).join('\n');
    },
    async code() {
      const codes = await thread()
        .locator('.ac-adaptiveCard')
        .getByText(/^[2-9A-Z]{4,5}$/)
        .allInnerTexts();
      const code = codes.at(-1);
      if (code === undefined) throw new Error(`no card has a code:\n${(await thread().allInnerTexts()).join('\n')}`);
      return code;
    },
    async complaints() {
      await page.getByRole('button', { name: 'Toggle Log Panel' }).click();
      // Nothing in the panel has a name but its buttons; every log begins with these two lines.
      const entries = page.getByText('Current version').locator('xpath=ancestor::*[contains(., "Connecting to")][1]');
      const lines = (await entries.innerText()).split('\n');
      await page.getByRole('button', { name: 'Hide log panel' }).click();
      const told = lines.map((line) => line.replace(/^\[.*?\] /, ''));
      return [...new Set(told.filter((line) => /^\((?:!|×)\)|^[^:]* -> [^:]* [45]\d\d\b/.test(line)))];
    },
    async screenshot(name) {
      const path = join(screenshots, `${name}.png`);
      const cards = thread().locator('.ac-adaptiveCard');
      // A chat is at its end by itself; a channel shows the beginning of the newest post.
      if (place === 'channel' && (await cards.count()) > 0)
        await cards.last().evaluate((card) => card.scrollIntoView({ block: 'center' }));
      await page.screenshot({ path });
      return path;
    },
    close,
  };
}

/** As the Playground sends them in the personal chat; see `playgroundConfig`. */
const messageOfAlex = {
  type: 'message',
  channelId: 'msteams',
  serviceUrl: 'http://localhost:56150/_connector',
  recipient: { id: '28:session-revoker', name: playgroundNames.bot },
  from: { id: personIds.alex, name: 'Alex Wilber', aadObjectId: personIds.alex },
  conversation: { id: 'a:session-revoker', conversationType: 'personal', tenantId },
  channelData: { tenant: { id: tenantId } },
};

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `CHROMIUM_PATH`, else a Chromium where Linux puts it, else the Chrome that is installed on this machine. */
function findChromium(): { executablePath: string } | { channel: string } {
  const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  return executablePath ? { executablePath } : { channel: 'chrome' };
}
