import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { broughtOrSkip, root } from './tool.ts';

const require = createRequire(import.meta.url);

describe('m365agents*.yml, by the schema of the Toolkit', () => {
  let schemas: string;
  let yaml: { parse(text: string): { version: string } };
  before(function () {
    schemas = broughtOrSkip(this, 'toolkit/resource/yaml-schema');
    yaml = require(broughtOrSkip(this, 'npm/node_modules/yaml'));
  });

  for (const file of ['m365agents.yml', 'm365agents.local.yml', 'm365agents.identity.yml']) {
    it(file, () => {
      const project = yaml.parse(readFileSync(new URL(file, root), 'utf8'));
      const schema = JSON.parse(readFileSync(`${schemas}/${project.version}/yaml.schema.json`, 'utf8'));
      const check = new Ajv({ strict: false, allErrors: true }).compile(schema);
      assert.ok(check(project), JSON.stringify(check.errors, null, 1));
      assert.ok(!check({ ...project, provision: [{ uses: 'aadApp/create', with: { nothing: true } }] }));
    });
  }
});
