import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { benchBulk } from './bulk.ts';
import { benchClick } from './click.ts';
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
};
const resultsFile = new URL('results.json', import.meta.url);
const page = new URL('./figures.md', import.meta.url);
const figures = /(?<=<!-- figures -->)[\s\S]*(?=<!-- end of figures -->)/;

/** Runs everything one after the other, keeps it in `bench/results.json`, and writes the tables into the page about it. */
async function all(): Promise<void> {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: totalmem() / 2 ** 30,
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
  const results: Results = {
    machine,
    floor: await benchFloor(),
    click: await benchClick(),
    bulk: await benchBulk(),
    growth: await benchGrowth(),
    stores: await benchStores(),
    at: new Date().toISOString(),
  };
  const tables = toMarkdown(results);
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(figures, () => `\n\n${tables}\n\n`),
  );
  console.log(tables);
}

const [what] = process.argv.slice(2);
if (what === undefined) await all();
else if (what === 'transcript') process.stdout.write(await transcript());
else if (Object.hasOwn(parts, what)) console.log(JSON.stringify(await parts[what as keyof typeof parts](), null, 2));
else {
  console.error(`npm run bench -- [${[...Object.keys(parts), 'transcript'].join(' | ')}]`);
  process.exitCode = 2;
}
