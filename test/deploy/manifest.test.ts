import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { buildPackage } from '../../scripts/package.ts';
import { readDialog } from '../../src/teams/wire/dialog-call.ts';

const directory = new URL('../../manifest/', import.meta.url);
const botId = '11111111-2222-3333-4444-555555555555';
const env = {
  MicrosoftAppId: botId,
  DEVELOPER_NAME: 'Contoso',
  WEBSITE_URL: 'https://contoso.com/support',
  PRIVACY_URL: 'https://contoso.com/privacy',
  TERMS_URL: 'https://contoso.com/terms',
};

function unpack(environment: Record<string, string> = env): Record<string, Uint8Array> {
  const result = buildPackage(environment, '1.2.3');
  assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'));
  return unzipSync(result.zip);
}

const manifestIn = (files: Record<string, Uint8Array>) => JSON.parse(new TextDecoder().decode(files['manifest.json']));

function problemsOf(environment: Record<string, string>, from?: URL): readonly string[] {
  const result = buildPackage(environment, '1.2.3', from);
  assert.ok(!result.ok);
  return result.problems;
}

/** Runs `change` on a copy of `manifest/` and returns what is wrong with the package then. */
function problemsAfter(change: (folder: string) => void): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  try {
    cpSync(fileURLToPath(directory), folder, { recursive: true });
    change(folder);
    return problemsOf(env, pathToFileURL(`${folder}/`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('Teams app package', () => {
  it('holds the manifest, its languages and its icons, and nothing else', () => {
    assert.deepEqual(Object.keys(unpack()).sort(), [
      'color.png',
      'ja.json',
      'manifest.json',
      'outline.png',
      'zh-cn.json',
    ]);
  });

  it('fills every placeholder', () => {
    const files = unpack();
    assert.doesNotMatch(new TextDecoder().decode(files['manifest.json']), /\$\{\{/);
    const manifest = manifestIn(files);
    assert.equal(manifest.bots[0].botId, botId);
    assert.equal(manifest.version, '1.2.3');
    assert.deepEqual(manifest.developer, {
      name: 'Contoso',
      websiteUrl: 'https://contoso.com/support',
      privacyUrl: 'https://contoso.com/privacy',
      termsOfUseUrl: 'https://contoso.com/terms',
    });
    assert.deepEqual(manifest.webApplicationInfo, { id: botId, resource: `api://botid-${botId}` });
  });

  it('takes the identifier of the app from TEAMS_APP_ID, or from the bot', () => {
    const own = '99999999-2222-3333-4444-555555555555';
    assert.equal(manifestIn(unpack()).id, botId);
    assert.equal(manifestIn(unpack({ ...env, TEAMS_APP_ID: own })).id, own);
    const { MicrosoftAppId: _, ...rest } = env;
    assert.equal(manifestIn(unpack({ ...rest, AZURE_CLIENT_ID: own })).bots[0].botId, own);
  });

  it('takes the version from APP_VERSION where it is set', () => {
    assert.equal(manifestIn(unpack({ ...env, APP_VERSION: '4.5.6' })).version, '4.5.6');
  });

  it('keeps quotes and backslashes of a value inside its string', () => {
    const name = '"}, "x": "\\ ${{BOT_ID}} $&';
    assert.equal(manifestIn(unpack({ ...env, DEVELOPER_NAME: name })).developer.name, name);
  });

  it('comes out the same, byte for byte', () => {
    const [first, second] = [buildPackage(env, '1.2.3'), buildPackage({ ...env }, '1.2.3')];
    assert.ok(first.ok && second.ok);
    assert.deepEqual(first.zip, second.zip);
  });
});

describe('Teams app manifest', () => {
  const manifest = manifestIn(unpack());

  it('asks for no permission to read what does not mention the bot', () => {
    assert.equal(manifest.authorization, undefined);
    assert.equal(manifest.permissions, undefined);
  });

  it('works in chats, group chats and channels of every kind', () => {
    const [bot] = manifest.bots;
    assert.deepEqual([...bot.scopes].sort(), ['groupChat', 'personal', 'team']);
    assert.equal(manifest.supportsChannelFeatures, 'tier1');
    assert.equal(bot.isNotificationOnly, false);
    assert.equal(bot.supportsFiles, false);
  });

  it('offers the sentences in every scope, at most twelve', () => {
    const [{ scopes, commandLists }] = manifest.bots;
    for (const scope of scopes) {
      const lists = commandLists.filter((list: { scopes: string[] }) => list.scopes.includes(scope));
      assert.equal(lists.length, 1, scope);
      const titles = lists[0].commands.map(({ title }: { title: string }) => title);
      assert.ok(titles.length <= 12);
      for (const title of ['help', 'revoke sessions for', 'what if revoke sessions for', 'approve']) {
        assert.ok(titles.includes(title), title);
      }
    }
  });

  it('offers one action, on messages, which the bot answers with its dialog', () => {
    const [extension, ...others] = manifest.composeExtensions;
    assert.deepEqual([extension.botId, others], [botId, []]);
    assert.equal(extension.commands.length, 1);
    const { id, type, context, fetchTask, title } = extension.commands[0];
    assert.deepEqual([type, context, fetchTask, title], ['action', ['message'], true, 'Revoke sessions…']);
    const call = readDialog('composeExtension/fetchTask', { commandId: id });
    assert.equal(call?.kind, 'dialogOpened');
  });

  it('is translated sentence by sentence', () => {
    const { commands } = manifest.bots[0].commandLists[0];
    const keys = commands.map((_: unknown, index: number) => `bots[0].commandLists[0].commands[${index}].description`);
    const action = ['composeExtensions[0].commands[0].title', 'composeExtensions[0].commands[0].description'];
    for (const { file } of manifest.localizationInfo.additionalLanguages) {
      const translation = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
      assert.deepEqual(
        Object.keys(translation).sort(),
        ['$schema', 'name.short', 'name.full', 'description.short', 'description.full', ...keys, ...action].sort(),
        file,
      );
      commands.forEach(({ description }: { description: string }, index: number) => {
        const example = /\w+ (?:K7F3|adele@\S+)/.exec(description)?.[0];
        if (example) assert.ok(translation[keys[index]].includes(example), `${file}: ${example}`);
      });
    }
  });
});

describe('npm run package refuses', () => {
  it('missing settings, all at once, each with what to set', () => {
    const problems = problemsOf({ WEBSITE_URL: '  ' });
    assert.deepEqual(
      problems.map((problem) => problem.split(' is not set: ')[0]),
      ['MicrosoftAppId or AZURE_CLIENT_ID', 'DEVELOPER_NAME', 'WEBSITE_URL', 'PRIVACY_URL', 'TERMS_URL'],
    );
  });

  it('wrong settings, all at once', () => {
    const problems = problemsOf({
      MicrosoftAppId: 'bot',
      TEAMS_APP_ID: 'app',
      DEVELOPER_NAME: 'x'.repeat(33),
      WEBSITE_URL: 'http://contoso.com',
      PRIVACY_URL: 'contoso.com',
      TERMS_URL: 'https://',
      APP_VERSION: '1',
    });
    assert.deepEqual(problems.map((problem) => problem.split(' is ')[0]).sort(), [
      'APP_VERSION',
      'DEVELOPER_NAME',
      'MicrosoftAppId',
      'PRIVACY_URL',
      'TEAMS_APP_ID',
      'TERMS_URL',
      'WEBSITE_URL',
    ]);
  });

  it('names a wrong bot id once', () => {
    assert.deepEqual(
      problemsOf({ ...env, MicrosoftAppId: 'bot' }).map((problem) => problem.split(' is ')[0]),
      ['MicrosoftAppId'],
    );
  });

  it('a manifest that the schema does not allow', () => {
    const problems = problemsAfter((folder) => {
      const file = join(folder, 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      manifest.bots[0].scopes = ['groupchat'];
      manifest.packageName = 'com.contoso';
      writeFileSync(file, JSON.stringify(manifest));
    });
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /manifest\.json\/bots\/0\/scopes\/0/);
  });

  it('a translation that the schema does not allow', () => {
    const [problem] = problemsAfter((folder) => {
      const file = join(folder, 'ja.json');
      const translation = JSON.parse(readFileSync(file, 'utf8'));
      delete translation['description.short'];
      writeFileSync(file, JSON.stringify(translation));
    });
    assert.match(problem!, /^ja\.json.*description\.short/);
  });

  it('icons of the wrong size or kind', () => {
    const problems = problemsAfter((folder) => {
      cpSync(join(folder, 'color.png'), join(folder, 'outline.png'));
      writeFileSync(join(folder, 'color.png'), '<svg/>');
    });
    assert.deepEqual(problems, ['color.png is not a PNG file.', 'outline.png is 192×192: must be 32×32.']);
  });

  it('a placeholder nobody knows', () => {
    assert.throws(
      () =>
        problemsAfter((folder) => {
          const file = join(folder, 'manifest.json');
          writeFileSync(file, readFileSync(file, 'utf8').replace('${{TERMS_URL}}', '${{SOMETHING}}'));
        }),
      /unknown placeholder: SOMETHING/,
    );
  });
});

describe('Microsoft 365 Agents Toolkit', () => {
  const root = new URL('../', directory);
  const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

  it('makes an Azure Bot of one tenant, to which nothing but parameters is given', () => {
    const { parameters, resources } = JSON.parse(read('manifest/azure-bot.json'));
    const given = JSON.parse(read('manifest/azure-bot.parameters.json'));
    assert.deepEqual(Object.keys(given.parameters), Object.keys(parameters));
    assert.equal(resources[0].properties.msaAppType, 'SingleTenant');
    assert.equal(resources[1].properties.channelName, 'MsTeamsChannel');
  });
});
