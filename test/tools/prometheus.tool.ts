import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSteps } from '../support/production/steps.ts';
import { groupChat } from '../support/production/teams-client.ts';
import { person, startWorld, type World } from '../support/production/world.ts';
import { broughtOrSkip, root, run } from './tool.ts';

describe('the alert rules, by promtool', () => {
  let promtool: string;
  before(function () {
    promtool = broughtOrSkip(this, 'bin/promtool');
  });

  for (const args of [
    ['check', 'rules', 'ops/alerts.yml'],
    ['test', 'rules', 'ops/alerts.test.yml'],
  ]) {
    it(args.join(' '), () => {
      const { code, said } = run(promtool, args);
      assert.equal(code, 0, said);
    });
  }
});

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** What shows only while something is wrong, or with what this bot was not given. */
const emptyWhileAllIsWell = /result!="ok"|status="429"|retries_total|missing_permission|audit_sink_/;

describe('the dashboard, by a Prometheus that has scraped the bot', function () {
  this.timeout(120_000);
  let world: World;
  let prometheus: ChildProcess;
  let folder: string;
  let address = '';

  before(async function () {
    const program = broughtOrSkip(this, 'bin/prometheus');
    world = await startWorld();
    folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const target = new URL(world.bot().url).host;
    const job = `{ job_name: session-revoker, static_configs: [{ targets: ['${target}'] }] }`;
    writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s }\nscrape_configs: [${job}]\n`);
    const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
    prometheus = spawn(program, [...flags, '--web.listen-address=127.0.0.1:0']);
    prometheus.stderr?.setEncoding('utf8').on('data', (text: string) => {
      address ||= /msg="Listening on" address=(\S+)/.exec(text)?.[1] ?? '';
    });
    while (!address) await wait(100);
    // It listens before it can answer.
    while (!(await fetch(`http://${address}/-/ready`)).ok) await wait(100);
  });
  after(async () => {
    if (prometheus?.exitCode === null) {
      prometheus.kill();
      await once(prometheus, 'exit');
    }
    await world?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  async function query(expr: string): Promise<number> {
    const text = expr.replaceAll('$__rate_interval', '1m');
    const answer = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(text)}`);
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data?: { result: { value: [number, string] }[] };
    };
    assert.equal(status, 'success', `${expr}: ${error}`);
    return (data?.result ?? []).filter(({ value: [, value] }) => value !== 'NaN').length;
  }

  it('has no panel that is empty after a request, a decision and an attempt that was refused', async () => {
    while ((await query('up == 1')) === 0) await wait(200);
    const steps = createSteps(world);
    const [alex, megan] = [person('alex'), person('megan')];
    for (const role of ['adele', 'synced'] as const) {
      const asked = await steps.ask(alex, groupChat(), `revoke sessions for ${person(role).userPrincipalName}`);
      await steps.press(alex, asked, 'approve').catch(() => undefined);
      await steps.press(megan, asked, 'approve').catch(() => undefined);
      await steps.written(person(role));
      await steps.closed(asked);
      // Two scrapes, so that a rate has two points.
      await wait(2_500);
    }
    await fetch(`${world.bot().url}/readyz`);
    const { panels } = JSON.parse(readFileSync(new URL('ops/grafana/session-revoker.json', root), 'utf8')) as {
      panels: readonly Panel[];
    };
    const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
    const emptyOnes = async () => {
      const found = await Promise.all(asked.map(async (one) => ({ ...one, count: await query(one.expr) })));
      return found.filter(({ count, expr }) => count === 0 && !emptyWhileAllIsWell.test(expr));
    };
    // The next sweep takes its time.
    const until = Date.now() + 60_000;
    while ((await emptyOnes()).length > 0 && Date.now() < until) await wait(1_000);
    assert.deepEqual(await emptyOnes(), []);
  });
});
