import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { anchors } from '../support/anchors.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Each rule of the file, which has one key a line. */
function readAlerts() {
  const [, ...rules] = read('ops/alerts.yml').split(/^ +- alert: /m);
  return rules.map((rule) => {
    const field = (name: string) => new RegExp(`^ +${name}: '?(.*?)'?$`, 'm').exec(rule)?.[1] ?? '';
    const name = rule.split('\n')[0] ?? '';
    return {
      name,
      expr: field('expr'),
      runbook: field('runbook'),
      summary: field('summary'),
      severity: field('severity'),
      forTime: field('for'),
    };
  });
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(read('ops/grafana/session-revoker.json')) as { panels: readonly Panel[] };
const alerts = readAlerts();

describe('what watches the bot', () => {
  let kinds: Map<string, string>;

  before(async () => {
    const metrics = createMetrics();
    const { body } = await metrics.read();
    kinds = new Map([...body.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', kind = '']) => [name, kind]));
  });

  /** Names of series in an expression that no metric of ours has. */
  const unknown = (expr: string) =>
    [...expr.matchAll(/\b(?:session_revoker|process|nodejs)_\w+/g)].flatMap(([name]) => {
      const of = name.replace(/_(?:bucket|sum|count)$/, '');
      const exists = of === name ? kinds.has(name) && kinds.get(name) !== 'histogram' : kinds.get(of) === 'histogram';
      return exists ? [] : [name];
    });

  it('knows a wrong name when it sees one', () => {
    assert.deepEqual(unknown('rate(session_revoker_nothing_total[5m])'), ['session_revoker_nothing_total']);
    assert.deepEqual(unknown('session_revoker_sweep_seconds'), ['session_revoker_sweep_seconds']);
    assert.deepEqual(unknown('rate(session_revoker_sweep_seconds_bucket[5m])'), []);
  });

  it('asks in every panel for metrics that there are', () => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    assert.ok(panels.length > 20);
    for (const { title, targets = [] } of panels) {
      assert.ok(targets.length > 0, title);
      for (const { expr } of targets) assert.deepEqual(unknown(expr), [], title);
    }
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  });

  it('asks in every alert for metrics that there are, says what is wrong, and where to read on', () => {
    assert.ok(alerts.length > 15);
    const known = anchors(read('docs/runbook.md'));
    for (const { name, expr, runbook, summary, severity } of alerts) {
      assert.ok(expr && summary, name);
      assert.deepEqual(unknown(expr), [], name);
      assert.match(severity, /^(?:critical|warning|info)$/);
      const [page, anchor = ''] = runbook.split('#');
      assert.equal(page, 'docs/runbook.md');
      assert.ok(known.includes(anchor), `${name}: no heading for #${anchor}`);
    }
    assert.equal(new Set(alerts.map(({ name }) => name)).size, alerts.length);
  });

  it('has a row in the runbook for every alert of Azure, too', () => {
    const bicep = read('infra/alerts.bicep');
    const names = [...bicep.matchAll(/^ {2,4}name: '(?:\$\{name\}-)?([\w-]+)'$/gm)].map(([, name = '']) => name);
    assert.ok(names.length > 8);
    const [, section = ''] = read('docs/runbook.md').split('\n### In Azure\n');
    const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (`.+?) \|/gm)].map(([, row = '']) => row).join();
    const listed = [...rows.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
    // The group of people that are told is no alert.
    assert.deepEqual(listed.toSorted(), names.filter((name) => name !== 'alerts').toSorted());
  });

  it('shows every metric of ours somewhere', () => {
    const asked = [...dashboard.panels.flatMap(({ targets = [] }) => targets), ...alerts]
      .map(({ expr }) => expr)
      .join('\n');
    const missing = [...kinds.keys()].filter((name) => name.startsWith('session_revoker_') && !asked.includes(name));
    assert.deepEqual(missing, []);
  });
});
