import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import {
  type AdaptiveCardJson,
  type CardDataOf,
  type CardName,
  createCardRenderer,
} from '../src/teams/cards/render-card.ts';
import { languages } from '../src/teams/texts/texts-for.ts';
import { largestSituations, situations } from '../test/support/views.ts';

const root = new URL('../', import.meta.url);

export interface CardSample {
  /** Such as `bot.ja.approval.many`. */
  readonly name: string;
  readonly card: CardName;
  readonly data: CardDataOf<CardName>;
}

/** How a card is looked at: the width of the card in CSS pixels, and the theme. */
export interface View {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/** A narrow phone, an ordinary phone, a desktop; each by day and by night. */
export const views: readonly View[] = [320, 390, 800].flatMap((width) => [
  { width, theme: 'light' as const },
  { width, theme: 'dark' as const },
]);

/** What the bot says in every situation and language, in its own words, and the largest cards it comes to. */
export function readSituations(): CardSample[] {
  return Object.values(languages).flatMap((texts) => {
    const largest = largestSituations(texts).filter(({ name }) => name.endsWith('.letters.250'));
    return [...situations(texts), ...largest].map((situation) => ({
      ...situation,
      name: `bot.${texts.lang === 'en' ? '' : `${texts.lang}.`}${situation.name}`,
    }));
  });
}

/** The card of a sample, as the bot would send it. */
export function renderSample({ card, data }: CardSample): AdaptiveCardJson {
  return createCardRenderer(new URL('cards/', root)).render(card, data);
}

/**
 * Starts Chromium (`CHROMIUM_PATH`, or `/usr/bin/chromium`) without a network. The caller closes it.
 */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page on which cards can be shown with the Adaptive Cards renderer in colours and sizes like those of Teams. */
export async function openStage(browser: Browser, scale = 1): Promise<Page> {
  const page = await browser.newPage({ deviceScaleFactor: scale, viewport: { width: 840, height: 600 } });
  await page.setContent(readFileSync(new URL('scripts/cards.html', root), 'utf8'));
  const { resolve } = createRequire(import.meta.url);
  for (const script of ['adaptivecards/dist/adaptivecards.min.js', 'axe-core/axe.min.js']) {
    await page.addScriptTag({ path: resolve(script) });
  }
  return page;
}

/** Shows one card; returns what a reader could not read of it (overflow, cut text, poor contrast), one sentence each. */
export function showCard(page: Page, card: AdaptiveCardJson, view: View): Promise<string[]> {
  return page.evaluate(`show(${JSON.stringify({ card, ...view })})`);
}

interface Size {
  readonly words: number;
  readonly height: number;
  /** Of the button that approves. */
  readonly button: number;
}

/** What a card may take of a phone that is 320 px wide. Words are those of the English card; heights hold in every language. */
const budgets: Readonly<Record<string, Size>> = {
  'approval.two-persons.role': { words: 65, height: 500, button: 480 },
  'result.verified': { words: 65, height: 420, button: 0 },
  'result.findings': { words: 90, height: 560, button: 0 },
  'result.failed': { words: 55, height: 400, button: 0 },
  'approval.hundreds': { words: 90, height: 570, button: 570 },
  'result.partly': { words: 120, height: 800, button: 0 },
};

/** The size of each card that has a budget, in every language, as a line of a table; and what is over, one sentence each. */
export async function measureBudgets(page: Page): Promise<{ readonly table: string[]; readonly over: string[] }> {
  const table: string[] = [];
  const over: string[] = [];
  for (const sample of readSituations()) {
    const [, lang = 'en', situation = ''] = /^bot\.(?:(ja|zh)\.)?(.*)$/.exec(sample.name) ?? [];
    const budget = budgets[situation];
    if (budget === undefined) continue;
    for (const theme of ['light', 'dark'] as const) {
      await showCard(page, renderSample(sample), { width: 320, theme });
      const size = (await page.evaluate('measure()')) as Size;
      const name = `${situation}, ${lang}, ${theme}`;
      table.push(`| ${name} | ${size.words} / ${budget.words} | ${size.height} / ${budget.height} px |`);
      for (const what of ['words', 'height', 'button'] as const) {
        if (what === 'words' && lang !== 'en') continue;
        if (size[what] > budget[what]) over.push(`${name}: ${what} ${size[what]}, more than ${budget[what]}`);
      }
    }
  }
  return { table, over };
}

/** Shows every card in every view; returns all problems. With `picturesTo`, leaves a PNG of those that `isWanted` there. */
export async function checkGallery(
  browser: Browser,
  picturesTo?: URL,
  isWanted: (view: View) => boolean = () => true,
): Promise<string[]> {
  const page = await openStage(browser);
  const problems: string[] = [];
  for (const sample of readSituations()) {
    const card = renderSample(sample);
    for (const view of views) {
      const found = await showCard(page, card, view);
      problems.push(...found.map((problem) => `${pictureName(sample.name, view)}: ${problem}`));
      if (picturesTo && isWanted(view)) {
        const path = fileURLToPath(new URL(`${pictureName(sample.name, view)}.png`, picturesTo));
        await page.locator('body').screenshot({ path });
      }
    }
  }
  problems.push(...(await measureBudgets(page)).over);
  await page.close();
  return problems;
}

function pictureName(sample: string, view: View): string {
  return `${sample}-${view.width}-${view.theme}`;
}

/** A page with all of them in rows, for a browser. */
export function galleryIndex(isWanted: (view: View) => boolean = () => true): string {
  const pictures = readSituations().map(({ name }) => {
    const row = views
      .filter(isWanted)
      .map((view) => `<img src="${pictureName(name, view)}.png" alt="${pictureName(name, view)}">`);
    return `<h2>${name}</h2><div>${row.join('')}</div>`;
  });
  const style = 'body{font:14px sans-serif;margin:24px}div{display:flex;align-items:start;gap:8px;overflow-x:auto}';
  return `<!doctype html><meta charset="utf-8"><title>Cards</title><style>${style}</style>${pictures.join('')}\n`;
}

async function writeReadmePictures(browser: Browser): Promise<void> {
  const images = new URL('docs/images/', root);
  mkdirSync(images, { recursive: true });
  // Sharp enough for a README, and small enough to keep in the repository.
  const page = await openStage(browser, 1.75);
  for (const [situation, file] of [
    ['bot.approval.two-persons.role', 'approval.png'],
    ['bot.progress.many', 'progress.png'],
    ['bot.result.verified', 'result.png'],
    ['bot.result.findings', 'findings.png'],
    ['bot.back.one', 'back.png'],
  ]) {
    const found = readSituations().find(({ name }) => name === situation);
    if (!found) throw new Error(`There is no situation "${situation}".`);
    await showCard(page, renderSample(found), { width: 390, theme: 'light' });
    await page.locator('body').screenshot({ path: fileURLToPath(new URL(`${file}`, images)) });
  }
  await page.close();
}

async function main(): Promise<void> {
  const browser = await openBrowser();
  try {
    if (process.argv.includes('--readme')) return await writeReadmePictures(browser);
    const output = new URL('build/cards/', root);
    rmSync(output, { recursive: true, force: true });
    mkdirSync(output, { recursive: true });
    const problems = await checkGallery(browser, output);
    writeFileSync(new URL('index.html', output), galleryIndex());
    const stage = await openStage(browser);
    console.log(
      [
        '| card | words / budget | height / budget |',
        '| --- | --- | --- |',
        ...(await measureBudgets(stage)).table,
      ].join('\n'),
    );
    console.log(`${readSituations().length * views.length} pictures: ${fileURLToPath(new URL('index.html', output))}`);
    if (problems.length > 0) {
      console.error(problems.join('\n'));
      process.exitCode = 1;
    }
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
