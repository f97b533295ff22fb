import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { broughtOrSkip, root } from './tool.ts';

const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

/** The columns that the queries may name; source: the Azure Monitor table reference. */
const tables = {
  ContainerAppConsoleLogs:
    '(TimeGenerated: datetime, ContainerAppName: string, ContainerGroupName: string, ContainerName: string, RevisionName: string, Stream: string, Log: string)',
  MicrosoftGraphActivityLogs:
    '(TimeGenerated: datetime, RequestMethod: string, RequestUri: string, RequestId: string, ClientRequestId: string, ResponseStatusCode: int, AppId: string, IPAddress: string)',
  AuditLogs:
    '(TimeGenerated: datetime, OperationName: string, TargetResources: dynamic, CorrelationId: string, Result: string, ActivityDateTime: datetime)',
};

/** `[format('… {0} …', variables('lines'))]`, as the compiler leaves it. */
function filled(expression: string, values: Readonly<Record<string, string>>): string {
  const [, text = '', name = ''] = /^\[format\('([\s\S]*)', (\w+\('\w+'\))\)\]$/.exec(expression) ?? [];
  assert.ok(text, expression);
  return text.replaceAll("''", "'").replaceAll('{0}', values[name] ?? 'session-revoker');
}

interface Diagnostic {
  readonly Message: string;
}

describe('the queries for Azure, by the Kusto language service', () => {
  let problemsOf: (query: string) => readonly string[];
  before(function () {
    const folder = broughtOrSkip(this, 'npm/node_modules/@kusto/language-service-next');
    // It is made for a browser.
    Object.assign(globalThis, { window: globalThis });
    for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
      runInThisContext(readFileSync(`${folder}/${file}`, 'utf8'));
    }
    // biome-ignore lint/suspicious/noExplicitAny: compiled from C#, its names are not known to TypeScript
    const { Language } = (globalThis as any).Kusto;
    const { TableSymbol, DatabaseSymbol } = Language.Symbols;
    const symbols = Object.entries(tables).map(([name, columns]) => TableSymbol.From(columns).WithName(name));
    const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1('logs', symbols));
    problemsOf = (query) => {
      const found = Language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
      return Array.from({ length: found.Count }, (_, at) => (found.getItem(at) as Diagnostic).Message);
    };
  });

  it('knows a wrong column and a wrong word', () => {
    assert.equal(problemsOf('AuditLogs | where Nothing == 1').length, 1);
    assert.ok(problemsOf('AuditLogs | wher Result == ""').length > 0);
  });

  it('bind in ops/revocations.kql, also with the blobs of docs/audit.md in place of the log', () => {
    const query = read('ops/revocations.kql');
    const [, blobs = ''] = /```kusto\n([\s\S]*?)```/.exec(read('docs/audit.md')) ?? [];
    assert.ok(blobs.includes('externaldata'));
    assert.deepEqual(problemsOf(query), []);
    const rest = query.slice(query.indexOf('let asked'));
    assert.deepEqual(problemsOf(`${blobs.trim()}\n${rest}`), []);
  });

  it('bind in every alert', () => {
    const { alerts } = JSON.parse(read('infra/main.json')).resources;
    const { queries, lines } = alerts.properties.template.variables;
    assert.ok(queries.length > 8);
    for (const { name, query } of queries as { name: string; query: string }[]) {
      const text = filled(query, {
        "variables('lines')": filled(lines, { "parameters('appName')": 'session-revoker' }),
      });
      assert.deepEqual(problemsOf(text), [], `${name}: ${text}`);
    }
  });
});
