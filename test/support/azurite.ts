import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';

/** An account of its own in the emulator: nobody else's table is in it. */
export interface Account {
  readonly name: string;
  readonly key: string;
  /** With the account as path, without a slash at the end. */
  readonly endpoint: string;
  /** As `STORE_URL`. */
  readonly connectionString: string;
  /** The same table, past the store. */
  readonly table: TableClient;
}

export interface Azurite {
  readonly pid: number;
  /** An account that nobody has used. */
  account(): Account;
  close(): Promise<void>;
}

const main = createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js');
const mostAccounts = 200;
const key = Buffer.alloc(64, 'not a secret').toString('base64');
const patienceMs = 60_000;
/** Tables, unlike blobs, are served on a free port without a word about which. */
const tellPort = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel';
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => console.log('port ' + server.address().port));
`)}`;

/** Starts Microsoft's storage emulator: tables alone, in memory, on a free loopback port, in a process of its own. */
export async function startAzurite(): Promise<Azurite> {
  const folder = mkdtempSync(join(tmpdir(), 'session-revoker-azurite-'));
  const names = Array.from({ length: mostAccounts }, (_, index) => `account${String(index).padStart(3, '0')}`);
  const flags = ['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'];
  const where = ['--tableHost', '127.0.0.1', '--tablePort', '0'];
  const child = spawn(process.execPath, ['--import', tellPort, main, ...flags, ...where], {
    cwd: folder,
    env: { PATH: process.env.PATH, AZURITE_ACCOUNTS: names.map((name) => `${name}:${key}`).join(';') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test run that breaks off must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close').then(() => {
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  });
  const close = async () => {
    kill();
    await ended;
  };

  let output = '';
  const started = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Azurite did not start within ${patienceMs} ms:\n${output}`)),
      patienceMs,
    );
    const hear = (chunk: string) => {
      output += chunk;
      const [, port] = /^port (\d+)$/m.exec(output) ?? [];
      if (port === undefined || !output.includes('successfully started')) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`Azurite ended at its start:\n${output}`));
    });
  });
  const port = await started.catch(async (error: unknown) => {
    await close();
    throw error;
  });

  return {
    pid: child.pid ?? 0,
    account() {
      const name = names.pop();
      if (name === undefined) throw new Error('no account is left in this Azurite');
      return accountAt(`http://127.0.0.1:${port}`, name);
    },
    close,
  };
}

/** @param origin of the emulator, or of something in front of it */
export function accountAt(origin: string, name: string): Account {
  const endpoint = `${origin}/${name}`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};TableEndpoint=${endpoint}`;
  const table = TableClient.fromConnectionString(connectionString, 'SessionRevoker', { allowInsecureConnection: true });
  return { name, key, endpoint, connectionString, table };
}

/** For tests that are not about how long a call may take: the machine may be busy with much else. */
export const unhurried = { callMs: 60_000, tryMs: 30_000 };
