import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './cards.ts';

/** Draws `manifest/*.svg` into the PNG files that Teams asks for: `node scripts/icons.ts`. */
async function main(): Promise<void> {
  const manifest = new URL('../manifest/', import.meta.url);
  const browser = await openBrowser();
  try {
    for (const [name, size] of [
      ['color', 192],
      ['outline', 32],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: size, height: size } });
      const svg = readFileSync(new URL(`${name}.svg`, manifest), 'utf8');
      await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
      await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, manifest)), omitBackground: true });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
