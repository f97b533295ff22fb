import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchBulk } from './bulk.ts';

/** Runs the benchmarks one after the other in one process, prints them, and keeps them in `bench/results.json`. */
const bulk = await benchBulk();
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
writeFileSync(
  new URL('results.json', import.meta.url),
  `${JSON.stringify({ at: new Date().toISOString(), machine, bulk }, null, 2)}\n`,
);
console.table({
  [`${bulk.targets} accounts, Graph at ${bulk.latencyMs} ms: ms an account`]: bulk.perTargetMs.bulk.toFixed(1),
  'one after another: ms an account': bulk.perTargetMs.oneAfterAnother.toFixed(1),
  'times faster': bulk.ratio.toFixed(1),
  'where the quota binds: share of it used': bulk.quota.used.toFixed(2),
  'times Graph throttled there': bulk.quota.throttled,
  'memory grown, MB': bulk.rssGrowthMb.toFixed(0),
});
