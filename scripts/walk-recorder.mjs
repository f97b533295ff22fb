import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/**
 * Loaded into the bot's process before the bot (`node --import`): V8 counts the calls of every function, and after each turn
 * of the event loop what ran for the first time is noted. Each SIGUSR2 ends a stretch. `WALK_FILE` gets the stretches as JSON.
 */
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

const built = new URL('../dist/', import.meta.url).href;
const known = new Set();
const stretches = [[]];
let recording = false;

function note() {
  session.post('Profiler.takePreciseCoverage', (_, { result }) => {
    for (const { url, functions } of result) {
      if (!url.startsWith(built)) continue;
      const file = url.slice(built.length).replace(/\.js$/, '');
      for (const { functionName, ranges } of functions) {
        const [{ count, startOffset }] = ranges;
        const id = `${file} ${startOffset}`;
        // The first function of a module is the module.
        if (count === 0 || startOffset === 0 || known.has(id)) continue;
        known.add(id);
        stretches.at(-1).push({ file, name: functionName, at: startOffset });
      }
    }
  });
}

function turn() {
  note();
  if (recording) setImmediate(turn);
}

process.on('SIGUSR2', () => {
  note();
  writeFileSync(process.env.WALK_FILE, JSON.stringify(stretches));
  stretches.push([]);
  process.stderr.write(`stretch ${stretches.length - 1} noted\n`);
  if (!recording) {
    recording = true;
    setImmediate(turn);
  }
});
