import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { draw } from '../support/chance.ts';

const test = fileURLToPath(new URL('../', import.meta.url));
const seed = draw(4);
process.stdout.write(`Random tests: SEED=${seed}\n`);

/** All that tries things: what it says of them is tried four times as often (RUNS times that), with others than ever before. */
for (const file of globSync('**/*.test.ts', { cwd: test })) {
  const path = `${test}${file}`;
  if (/from '(?:fast-check|.*\/chance\.ts)'/.test(readFileSync(path, 'utf8'))) await import(path);
}
