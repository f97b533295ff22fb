import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { benchBulk } from './bulk.ts';
import { benchClick } from './click.ts';
import { benchCost } from './cost.ts';
import { benchFloor } from './floor.ts';
import { benchGrowth } from './growth.ts';
import { type Results, toMarkdown } from './report.ts';
import { benchRounds } from './rounds.ts';
import { benchStores } from './stores.ts';
import { transcript } from './transcript.ts';

const parts = {
  floor: benchFloor,
  click: benchClick,
  bulk: benchBulk,
  growth: benchGrowth,
  stores: benchStores,
  rounds: benchRounds,
  cost: benchCost,
};
const resultsFile = new URL('results.json', import.meta.url);
const page = new URL('./figures.md', import.meta.url);
const figures = /(?<=<!-- figures -->)[\s\S]*(?=<!-- end of figures -->)/;

type Part = keyof typeof parts;

/** Runs these one after the other; each replaces its figures in `bench/results.json`, and its table in the page about them. */
async function run(names: readonly Part[]): Promise<void> {
  for (const name of names) {
    const load = loadavg()[0] ?? Number.NaN;
    const figuresOf = await parts[name]();
    const results: Results = {
      ...JSON.parse(readFileSync(resultsFile, 'utf8')),
      machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: totalmem() / 2 ** 30 },
      [name]: { at: new Date().toISOString(), node: process.version, load, figures: figuresOf },
    };
    writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
    const tables = toMarkdown(results);
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace(figures, () => `\n\n${tables}\n\n`),
    );
    console.log(JSON.stringify(figuresOf, null, 2));
  }
}

const [what] = process.argv.slice(2);
if (what === undefined) await run(Object.keys(parts) as Part[]);
else if (what === 'transcript') process.stdout.write(await transcript());
else if (Object.hasOwn(parts, what)) await run([what as Part]);
else {
  console.error(`npm run bench -- [${[...Object.keys(parts), 'transcript'].join(' | ')}]`);
  process.exitCode = 2;
}
