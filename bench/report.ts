import type { BulkFigures } from './bulk.ts';
import type { ClickFigures } from './click.ts';
import type { CostFigures } from './cost.ts';
import type { BotFigures, FloorFigures } from './floor.ts';
import type { GrowthFigures, SizeFigures } from './growth.ts';
import type { Rounds, Row } from './rounds.ts';
import type { StoreFigures, StoresFigures } from './stores.ts';

/** One run of a part. `at`: when it ended (ISO 8601). `load`: how many processes wanted a core at its start, the minute before. */
interface Run<Figures> {
  readonly at: string;
  readonly node: string;
  readonly load: number;
  readonly figures: Figures;
}

/** The last run of each part. */
export interface Results {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly rounds: Run<Rounds>;
  readonly floor: Run<FloorFigures>;
  readonly click: Run<ClickFigures>;
  readonly bulk: Run<BulkFigures>;
  readonly growth: Run<GrowthFigures>;
  readonly stores: Run<StoresFigures>;
  readonly cost: Run<CostFigures>;
}

interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const ms = (value: number) =>
  `${value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} ms`;
const mib = (value: number) => `${value.toFixed(0)} MiB`;
const times = (value: number) => value.toFixed(2);
const count = (value: number) => value.toLocaleString('en-US');

/** The figures as tables in Markdown, with the machine and the dates. */
export function toMarkdown(results: Results): string {
  const { cpu, cores, memoryGiB } = results.machine;
  const tables = [
    toTable(results.rounds, rounds),
    toTable(results.floor, floor),
    toTable(results.click, click),
    toTable(results.bulk, bulk),
    toTable(results.growth, growth),
    toTable(results.stores, stores),
    toTable(results.cost, cost),
  ];
  return [`${cpu}, ${cores} cores, ${memoryGiB.toFixed(0)} GiB.`, ...tables].join('\n\n');
}

function toTable<Figures>({ at, node, load, figures }: Run<Figures>, sectionOf: (figures: Figures) => Section): string {
  const { title, columns, rows } = sectionOf(figures);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(columns.map((_, index) => (index === 0 ? '---' : '---:')));
  const when = `${at.slice(0, 10)}, Node ${node}, load before it ${load.toFixed(1)}.`;
  return [`### ${title}`, '', when, '', line(columns), rule, ...rows.map(line)].join('\n');
}

function rounds({ callMs, tableCallMs, samples, ways, ...usual }: Rounds): Section {
  const row = (name: string, one: Row) => [
    name,
    ...[one.messageToCard, one.clickToAnswer, one.clickToWrite, one.clickToResult].map(times),
  ];
  return {
    title: 'Calls in a row that a person waits for',
    columns: [
      `each call to Graph and Teams takes ${callMs} ms, to the table ${tableCallMs} ms; medians of ${samples}, in calls`,
      'message to card',
      'click to answer',
      'click to write',
      'click to result',
    ],
    rows: [
      row('one account, in a group chat', usual),
      ...Object.entries(ways).map(([name, one]) => row(name, one)),
      ['wanted', '3.3', '1.2', '1.2', '4.3'],
    ],
  };
}

function floor({ echo, bot, atOnce, turns }: FloorFigures): Section {
  const row = (what: string, of: (figures: BotFigures) => number, unit: (value: number) => string) => {
    const [floorValue, value] = [of(echo), of(bot)];
    return [what, unit(floorValue), unit(value), times(value / floorValue)];
  };
  const turn = (name: string, kind: 'message' | 'invoke', over: string) => [
    row(`${name}, ${over}, median`, (figures) => figures[kind].overMs.median, ms),
    row(`${name}, ${over}, p99`, (figures) => figures[kind].overMs.p99, ms),
    ...(kind === 'message'
      ? [row(`${name}, until HTTP is answered, median`, (figures) => figures[kind].answeredMs.median, ms)]
      : []),
    row(
      `${name}, ${atOnce} at once, in a second`,
      (figures) => figures[kind].perSecond,
      (value) => value.toFixed(0),
    ),
    row(`${name}, ${atOnce} at once, p99`, (figures) => figures[kind].busyMs.p99, ms),
    row(`${name}, CPU time`, (figures) => figures[kind].cpuMs, ms),
  ];
  return {
    title: 'Beside an echo bot',
    columns: [`${count(turns)} turns each, alone and at once`, 'echo bot', 'this bot', 'times'],
    rows: [
      ...turn('message', 'message', 'until it is answered in the chat'),
      ...turn('invoke', 'invoke', 'until it is answered'),
      row('start, until it answers', (figures) => figures.startMs.answering, ms),
      ['start, until it is ready', '', ms(bot.startMs.ready ?? Number.NaN), ''],
      row('memory (RSS), started', (figures) => figures.rssMiB.started, mib),
      row('memory (RSS), after the turns', (figures) => figures.rssMiB.worked, mib),
    ],
  };
}

function click({ samples, clickToWriteMs, afterSilenceMs, roundTripMs, recordMs, roundTrips }: ClickFigures): Section {
  return {
    title: 'From the click to the write',
    columns: [`${samples} clicks, nothing else going on, Graph answers at once`, 'measured', 'wanted'],
    rows: [
      ['Approve to the write at Graph, median', ms(clickToWriteMs.median), '20 ms or less'],
      ['p95', ms(clickToWriteMs.p95), ''],
      ['median after 6 s of silence', ms(afterSilenceMs.median), ''],
      ['one HTTPS round trip to the same Graph', ms(roundTripMs.median), ''],
      ['the click in such round trips', roundTrips.toFixed(1), ''],
      ['one durable record', ms(recordMs.median), ''],
    ],
  };
}

function bulk({ targets, latencyMs, perTargetMs, ratio, cpuMs, urgentMs, quota, rssMiB }: BulkFigures): Section {
  return {
    title: 'Many accounts at once',
    columns: [`${count(targets)} accounts, each call to Graph takes ${latencyMs} ms`, 'measured', 'wanted'],
    rows: [
      ['an account, one after the other', ms(perTargetMs.oneByOne), ''],
      ['an account at once, first click to last result', ms(perTargetMs.clickToResult), ''],
      ['times faster', ratio.clickToResult.toFixed(1), '20 or more'],
      ['an account at once, first write to last result', ms(perTargetMs.writing), ''],
      ['times faster', ratio.writing.toFixed(1), '20 or more'],
      ['CPU time for an account', ms(cpuMs), ''],
      ['one urgent account meanwhile, click to write', ms(urgentMs), '1 s or less'],
      [`${count(quota.asked)} accounts, where the quota binds: part of its rate`, quota.used.toFixed(3), '0.9 or more'],
      ['times Graph answered 429', String(quota.throttled), '1 or less'],
      ['memory (RSS) before the clicks', mib(rssMiB.start), ''],
      [`after 1,000, after ${count(targets)}`, `${rssMiB.firstThird.toFixed(0)}, ${mib(rssMiB.end)}`, ''],
      [`after ${count(quota.asked)}`, mib(rssMiB.later), 'flat'],
    ],
  };
}

function growth({ few, many, trail }: GrowthFigures): Section {
  const row = (what: string, of: (figures: SizeFigures) => number, unit: (value: number) => string) => [
    what,
    unit(of(few)),
    unit(of(many)),
    times(of(many) / of(few)),
  ];
  const perSecond = trail.records / (trail.verifyMs / 1000);
  return {
    title: 'With the years',
    columns: ['requests on record', count(few.requests), count(many.requests), 'times'],
    rows: [
      row('start, until it is ready', ({ readyMs }) => readyMs, ms),
      row('message to card', ({ messageToCardMs }) => messageToCardMs, ms),
      row('click to write', ({ clickToWriteMs }) => clickToWriteMs, ms),
      row('`status`', ({ statusMs }) => statusMs, ms),
      row('`history` of an account', ({ historyMs }) => historyMs, ms),
      row('memory (RSS)', ({ rssMiB }) => rssMiB, mib),
      row('CPU time of a minute with nothing to do', ({ idleCpuMs }) => idleCpuMs, ms),
      [
        `\`audit -- verify\` of ${count(trail.records)} records, against reading and hashing them`,
        ms(trail.floorMs),
        ms(trail.verifyMs),
        times(trail.verifyMs / trail.floorMs),
      ],
      ['records checked in a second; most memory', '', `${count(Math.round(perSecond))}; ${mib(trail.peakRssMiB)}`, ''],
    ],
  };
}

function stores({ sqlite, table, tableRoundTripMs }: StoresFigures): Section {
  const row = (what: string, of: (figures: StoreFigures) => number) => [
    what,
    ms(of(sqlite)),
    ms(of(table)),
    times(of(table) / of(sqlite)),
  ];
  return {
    title: 'The two stores',
    columns: ['', 'SQLite', 'table, emulated on the same machine', 'times'],
    rows: [
      ['one row read by its key, without the store', '', ms(tableRoundTripMs), ''],
      row('one event recorded, durable: median', ({ appendMs }) => appendMs.median),
      row('p99', ({ appendMs }) => appendMs.p99),
      row('a request of ten events read', ({ readMs }) => readMs.median),
      row('what is open in a conversation', ({ openMs }) => openMs.median),
      row('five requests about an account', ({ aboutMs }) => aboutMs.median),
      row('one record of the trail checked', ({ verifyRecordMs }) => verifyRecordMs),
      row('click to write', ({ clickToWriteMs }) => clickToWriteMs),
    ],
  };
}

function cost({ atRest, aRequest }: CostFigures): Section {
  const minutes = 30 * 24 * 60;
  const row = (what: string, rest: number, each: number, unit: (value: number) => string) => [
    what,
    unit(rest * minutes),
    unit(each * 1000),
    unit(rest * minutes + each * 1000),
  ];
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const whole = (value: number) => count(Math.round(value));
  return {
    title: 'What two replicas use in a month',
    columns: ['', 'at rest', '1,000 requests', 'together'],
    rows: [
      row('reads of the table', atRest.reads, aRequest.reads, whole),
      row('writes of the table (transactions)', atRest.writes, aRequest.writes, whole),
      row('sent to the table', atRest.bytes, aRequest.bytes, mb),
      row('log', atRest.logBytes, aRequest.logBytes, mb),
    ],
  };
}
