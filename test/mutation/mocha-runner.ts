/**
 * Runs mocha inside Stryker's worker process, so that a mutant costs its own tests and not a start of Node. Stryker's
 * runner for mocha does not know the mocha in use here.
 */

import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';

/** The tests that speak about the files that stryker.config.json changes. */
const specs = [
  'test/domain/*.test.ts',
  'test/teams/wire/guard*.test.ts',
  'test/teams/wire/incoming.test.ts',
  'test/app/rights.test.ts',
  'test/app/review.test.ts',
  'test/app/notifications.test.ts',
  'test/app/sign-in.test.ts',
  'test/app/status.test.ts',
  'test/app/history.test.ts',
];

type Switches = { -readonly [K in keyof InstrumenterContext]: InstrumenterContext[K] | undefined };

/** What the changed files look at to know which change is in force, and where they count what was run. */
const switches: Switches = {};
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: switches });

async function load(): Promise<Mocha> {
  const mocha = new Mocha({
    timeout: 20_000,
    // Prints nothing by itself.
    reporter: Mocha.reporters.Base,
    rootHooks: {
      beforeEach(this: Mocha.Context) {
        switches.currentTestId = this.currentTest?.fullTitle();
      },
      afterEach() {
        switches.currentTestId = undefined;
      },
    },
  });
  for (const spec of specs) {
    const files = globSync(spec);
    if (files.length === 0) throw new Error(`no test file is called ${spec}`);
    for (const file of files) mocha.addFile(resolve(file));
  }
  await mocha.loadFilesAsync();
  return mocha.cleanReferencesAfterRun(false);
}

/** Runs the tests with these titles, or all. */
async function run(mocha: Mocha, titles: readonly string[] | undefined, bail: boolean): Promise<readonly TestResult[]> {
  const any = titles?.map((title) => title.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|') ?? '.*';
  mocha.grep(new RegExp(`^(?:${any})$`, 's')).bail(bail);
  const results: TestResult[] = [];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    const about = (test: Mocha.Runnable) => {
      const id = test.fullTitle();
      return { id, name: id, timeSpentMs: ('duration' in test && Number(test.duration)) || 0 };
    };
    runner.on('pass', (test) => results.push({ ...about(test), status: TestStatus.Success }));
    runner.on('fail', (test, error: unknown) =>
      results.push({ ...about(test), status: TestStatus.Failed, failureMessage: String(error) }),
    );
  });
  return results;
}

function createRunner(): TestRunner {
  let loaded: Promise<Mocha> | undefined;
  const ready = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    // Modules cannot be loaded again in the same process: Stryker starts a new one where that is needed.
    capabilities: () => ({ reloadEnvironment: false }),
    async dryRun({ disableBail }): Promise<DryRunResult> {
      const tests = await run(await ready(), undefined, !disableBail);
      const { mutantCoverage } = switches;
      return { status: DryRunStatus.Complete, tests: [...tests], ...(mutantCoverage ? { mutantCoverage } : {}) };
    },
    async mutantRun({ activeMutant, mutantActivation, testFilter, disableBail }) {
      if (mutantActivation === 'runtime') await ready();
      switches.activeMutant = activeMutant.id;
      try {
        const tests = await run(await ready(), testFilter, !disableBail);
        return toMutantRunResult({ status: DryRunStatus.Complete, tests: [...tests] });
      } catch (error) {
        // The files do not even load with this change.
        const failed = { id: 'loading', name: 'loading', timeSpentMs: 0, failureMessage: String(error) };
        return toMutantRunResult({ status: DryRunStatus.Complete, tests: [{ ...failed, status: TestStatus.Failed }] });
      } finally {
        switches.activeMutant = undefined;
      }
    },
  };
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'mocha in this process', createRunner)];
