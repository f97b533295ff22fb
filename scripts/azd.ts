import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

/** What azure.yaml calls before and after each provision; azd's environment holds the settings and what was made. */

type Env = Readonly<Record<string, string | undefined>>;

/** What has to be set before anything is made, one line each. */
export function missingSettings(env: Env): readonly string[] {
  const wanted = {
    REQUESTERS: 'object ids of the groups or users who may ask',
    APPROVERS: 'object ids of the groups or users who may approve',
  };
  return Object.entries(wanted)
    .filter(([name]) => !env[name]?.trim())
    .map(([name, what]) => `azd env set ${name} <${what}, separated by commas>`);
}

/** What is left for a person: only people may upload an app. */
export function lastSteps({ host = '', MicrosoftAppId = '' }: Env, packaged: boolean): readonly string[] {
  const pack = `MicrosoftAppId=${MicrosoftAppId} DEVELOPER_NAME=… WEBSITE_URL=… PRIVACY_URL=… TERMS_URL=… npm run package`;
  return [
    `The bot runs: https://${host}/readyz says {"ready":true} once store, sign-in and Graph answer.`,
    ...(packaged ? [] : [`Pack the app: ${pack}`]),
    'Upload build/session-revoker.zip: Teams admin center, Teams apps, Manage apps, Actions, Upload new app.',
  ];
}

const run = (script: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: 'inherit' }).status;

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Everything but the bot stands: the identity may be given its permissions. */
async function afterFirst(identity: string): Promise<number> {
  const shown = run('grant.ts', '--identity', identity);
  if (shown !== 0) return shown ?? 1;
  if (await agreed('Grant these Graph permissions to the bot now?')) {
    return run('grant.ts', '--identity', identity, '--yes') ?? 1;
  }
  console.log(`Not granted. Before the bot is any use: npm run grant -- --identity ${identity} --yes`);
  return 0;
}

function afterSecond(env: Env): number {
  const named = ['DEVELOPER_NAME', 'WEBSITE_URL', 'PRIVACY_URL', 'TERMS_URL'].every((name) => env[name]?.trim());
  const packaged = named && run('package.ts') === 0;
  for (const line of lastSteps(env, packaged)) console.log(line);
  return 0;
}

async function main(when: string | undefined, env: Env): Promise<number> {
  if (when === 'before') {
    const missing = missingSettings(env);
    if (missing.length > 0) console.error(`Set first who decides:\n${missing.map((line) => `  ${line}`).join('\n')}`);
    return missing.length > 0 ? 1 : 0;
  }
  return env.host?.trim() ? afterSecond(env) : afterFirst(env.MicrosoftAppId ?? '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv[2], process.env);
}
