import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { broughtOrSkip, root, run } from './tool.ts';

const people = { REQUESTERS: 'a,b', APPROVERS: 'c', PROTECTED_USERS: '' };

describe('infra, by the Bicep compiler', () => {
  let bicep: string;
  before(function () {
    bicep = broughtOrSkip(this, 'bin/bicep');
  });

  it('has no error and no warning, but that a version has become old', () => {
    for (const file of ['infra/main.bicep', 'infra/main.bicepparam', 'manifest/azure-bot.bicep']) {
      const { said } = run(bicep, ['lint', file], people);
      const lines = said.split('\n').filter((line) => line.trim());
      const old = lines.filter((line) => line.includes('use-recent-api-versions'));
      for (const line of old) console.log(line);
      assert.deepEqual(
        lines.filter((line) => !old.includes(line)),
        [],
      );
    }
  });

  it('compiles to the template that the button deploys, and to that of the Toolkit', () => {
    for (const [source, compiled] of [
      ['infra/main.bicep', 'infra/main.json'],
      ['manifest/azure-bot.bicep', 'manifest/azure-bot.json'],
    ] as const) {
      const { code, stdout, said } = run(bicep, ['build', source, '--stdout']);
      assert.equal(code, 0, said);
      const message = `Compile it again: .tools/bin/bicep build ${source} --outfile ${compiled}`;
      assert.deepEqual(JSON.parse(readFileSync(new URL(compiled, root), 'utf8')), JSON.parse(stdout), message);
    }
  });

  it('takes the settings from the environment under their own names', () => {
    const { code, stdout, said } = run(bicep, ['build-params', 'infra/main.bicepparam', '--stdout'], people);
    assert.equal(code, 0, said);
    const { parametersJson } = JSON.parse(stdout) as { parametersJson: string };
    const { parameters } = JSON.parse(parametersJson) as { parameters: Record<string, { value: unknown }> };
    assert.deepEqual(
      [parameters.requesters?.value, parameters.approvers?.value, parameters.protectedUsers?.value],
      [['a', 'b'], ['c'], []],
    );
  });
});
