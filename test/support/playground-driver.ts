import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { playgroundNames } from '../../src/local/playground-config.ts';

export type Place = 'personal' | 'group' | 'channel';

export interface PlaygroundDriver {
  /** Opens that conversation. The Playground starts in the personal chat. */
  goTo(place: Place): Promise<void>;
  /**
   * Sends a message from the person at the keyboard; in the channel, as a new post. The bot is @mentioned where Teams would
   * otherwise not bring it the message. `<at>Adele Vance</at>` in the text becomes a mention picked from the menu.
   */
  say(text: string): Promise<void>;
  /** Waits until the text stands in the open conversation; in the channel, in the newest post. */
  waitForText(text: string | RegExp, withinMs?: number): Promise<void>;
  /** From now on looks out for a text that may be gone again soon; what it answers says whether it was there. */
  lookOutFor(text: string): Promise<() => Promise<boolean>>;
  /** What stands in the Playground's own log; shows it beside the conversation. */
  log(): Promise<string>;
  /** Clicks the button in the newest card that has it, and waits until the bot has answered the click. */
  clickButton(title: string): Promise<void>;
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
  /** Saves what is on the screen as `<name>.png` in the directory for screenshots, and returns its path. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

export interface PlaygroundDriverOptions {
  readonly url: string;
  /** directory for screenshots, made when missing */
  readonly screenshots: string;
  /** how long to wait for anything, in ms */
  readonly timeout?: number;
}

const sideBarItem: Record<Place, string> = {
  personal: 'Personal Chat',
  group: playgroundNames.groupChat,
  channel: `${playgroundNames.team} - ${playgroundNames.channel}`,
};

/** Starts a headless Chromium and opens the Playground in it. Nothing but this machine is asked for anything. */
export async function openPlayground(options: PlaygroundDriverOptions): Promise<PlaygroundDriver> {
  const { url, screenshots, timeout = 15_000 } = options;
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
  const composer = page.getByRole('textbox').first();
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

  return {
    async goTo(next) {
      await page.getByRole('treeitem', { name: sideBarItem[next], exact: true }).click();
      const prompt = next === 'channel' ? 'Start a new post' : 'Type a message...';
      await conversation.getByText(prompt, { exact: true }).first().waitFor();
      place = next;
    },
    async say(text) {
      await composer.click();
      const addressed = place === 'personal' ? text : `<at>${playgroundNames.bot}</at> ${text}`;
      // Odd parts are the names between the tags.
      for (const [index, part] of addressed.split(/<at>(.*?)<\/at>/).entries()) {
        if (index % 2 === 1) await mention(part);
        else if (part) await page.keyboard.insertText(part);
      }
      const send = page
        .getByRole('button', { name: place === 'channel' ? 'Post' : 'Send Message', exact: true })
        .first();
      const [taken] = await Promise.all([answerTo(/\/_conversation\/.+\/messages$/), send.click()]);
      if (!taken.ok()) throw new Error(`the Playground did not take the message: ${text}`);
    },
    async lookOutFor(text) {
      // A string, because it runs in the page, of which this program knows nothing.
      const seen = await page.evaluateHandle(`(() => {
        const found = { yes: false };
        const look = () => { found.yes ||= document.body.innerText.includes(${JSON.stringify(text)}); };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        return found;
      })()`);
      return async () => ((await seen.jsonValue()) as { readonly yes: boolean }).yes;
    },
    async log() {
      await page.getByRole('button', { name: 'Toggle Log Panel' }).click();
      await page.getByText('Current version:').waitFor();
      const [, text = ''] = (await page.locator('body').innerText()).split('Log Panel\n');
      return text;
    },
    async waitForText(text, withinMs) {
      try {
        await thread()
          .getByText(text)
          .first()
          .waitFor(withinMs === undefined ? {} : { timeout: withinMs });
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
    async screenshot(name) {
      const path = join(screenshots, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    close,
  };
}

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
