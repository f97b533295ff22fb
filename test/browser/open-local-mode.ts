import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { openPlayground } from '../support/playground-driver.ts';
import { startLocalMode } from './local-mode.ts';

const screenshots = fileURLToPath(new URL('../../build/browser/', import.meta.url));

/**
 * Local mode, and the page it leads to in a browser.
 * @param timeout how long the page waits for anything, in ms
 */
export async function openLocalMode(settings: Readonly<Record<string, string>> = {}, timeout = 15_000) {
  const bot = startLocalMode(settings);
  try {
    const [, url] = await bot.waitForOutput(/Open\s+(http:\S+)/, 60_000);
    assert(url);
    const page = await openPlayground({ url, screenshots, timeout });
    const close = async () => {
      await page.close();
      assert.equal(await bot.stop(), 0);
    };
    return { bot, page, close };
  } catch (error) {
    await bot.stop();
    throw error;
  }
}

export type OpenLocalMode = Awaited<ReturnType<typeof openLocalMode>>;
