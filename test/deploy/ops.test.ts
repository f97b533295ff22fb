import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { anchors } from '../support/anchors.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const ours = (text: string) => new Set(text.match(/\bsession_revoker_[a-z_]+/g));

/** Prometheus itself asks the expressions in test/tools; a series that is not there would be no error to it. */
describe('what watches the bot', () => {
  const watching = { 'ops/alerts.yml': read('ops/alerts.yml'), dashboard: read('ops/grafana/session-revoker.json') };

  it('names metrics that there are, and every one somewhere', async () => {
    const { body } = await createMetrics().read();
    const metrics = ours(body.match(/^# TYPE .*$/gm)?.join('\n') ?? '');
    const named = [...ours(Object.values(watching).join('\n'))].map((name) => {
      const histogram = name.replace(/_(?:bucket|sum|count)$/, '');
      return metrics.has(name) ? name : histogram;
    });
    assert.deepEqual([...new Set(named)].toSorted(), [...metrics].toSorted());
  });

  it('says in every alert where to read on', () => {
    const known = anchors(read('docs/runbook.md'));
    const headings = [...watching['ops/alerts.yml'].matchAll(/runbook: '?docs\/runbook\.md#([\w-]+)/g)];
    assert.equal(headings.length, watching['ops/alerts.yml'].split('- alert:').length - 1);
    for (const [, heading = ''] of headings) assert.ok(known.includes(heading), heading);
  });
});
