import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchBulk } from './bulk.ts';
import { benchClick } from './click.ts';
import { transcript } from './transcript.ts';

/** Runs the benchmarks one after the other, prints them as a table, and keeps them in `bench/results.json`. */
async function bench(): Promise<void> {
  const click = await benchClick();
  const bulk = await benchBulk();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  const { clickToWriteMs, afterSilenceMs, roundTripMs, recordMs } = click;
  const { perTargetMs, ratio, rssMiB, quota } = bulk;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const rows = [
    ['account, one by one', ms(perTargetMs.oneByOne)],
    ['account in bulk, first click to last result', ms(perTargetMs.clickToResult)],
    ['  times faster', ratio.clickToResult.toFixed(1), '20 or more'],
    ['account in bulk, first write to last result', ms(perTargetMs.writing)],
    ['  times faster', ratio.writing.toFixed(1), '20 or more'],
    ['CPU time of the bot, an account', ms(bulk.cpuMs)],
    ['one urgent account meanwhile, click to write', ms(bulk.urgentMs)],
    ['where the quota binds: part of its rate', quota.used.toFixed(3), '0.9 or more'],
    ['  longest time for 3,000 writes (150 s at best)', `${(quota.windowMs.longest / 1000).toFixed(1)} s`],
    ['  times Graph answered 429', String(quota.throttled), '1 or less'],
    ['memory: before the clicks', `${rssMiB.start.toFixed(0)} MiB`],
    ['  after 1,000, after 3,000', `${rssMiB.firstThird.toFixed(0)}, ${rssMiB.end.toFixed(0)} MiB`],
    [`  after ${quota.asked}`, `${rssMiB.later.toFixed(0)} MiB`, 'flat'],
    ['click to write, median', ms(clickToWriteMs.median), '20 ms or less'],
    ['  p95', ms(clickToWriteMs.p95)],
    ['  median after 6 s of silence', ms(afterSilenceMs.median)],
    ['  one HTTPS round trip, median', ms(roundTripMs.median)],
    ['  one durable record, median', ms(recordMs.median)],
    ['  a click in round trips', click.roundTrips.toFixed(1)],
  ];
  const at = new Date().toISOString();
  const table = [
    `${at.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), Node ${machine.node}`,
    `${bulk.targets} accounts, ${bulk.latencyMs} ms latency; ${quota.asked} where the quota binds; ${click.samples} clicks without latency`,
    ...rows.map(([what = '', value = '', wanted = '']) =>
      `${what.padEnd(50)}${value.padStart(14)}   ${wanted}`.trimEnd(),
    ),
  ];
  writeFileSync(
    new URL('results.json', import.meta.url),
    `${JSON.stringify({ at, machine, table, bulk, click }, null, 2)}\n`,
  );
  console.log(table.join('\n'));
}

if (process.argv[2] === 'transcript') process.stdout.write(await transcript());
else await bench();
