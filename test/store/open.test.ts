import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readStoreLocation } from '../../src/store/store-url.ts';

const account = { name: 'bot', key: 'a2V5' };

describe('the address of the store', () => {
  const good: readonly (readonly [text: string, location: object])[] = [
    ['sqlite:data/x.db', { kind: 'sqlite', path: 'data/x.db' }],
    ['sqlite:/var/lib/x y.db', { kind: 'sqlite', path: '/var/lib/x y.db' }],
    [
      'https://bot.table.core.windows.net',
      { kind: 'table', endpoint: 'https://bot.table.core.windows.net', account: null },
    ],
    [
      'https://BOT.table.core.windows.net/',
      { kind: 'table', endpoint: 'https://bot.table.core.windows.net', account: null },
    ],
    [
      'https://bot.table.core.usgovcloudapi.net',
      { kind: 'table', endpoint: 'https://bot.table.core.usgovcloudapi.net', account: null },
    ],
    [
      'https://bot.table.core.chinacloudapi.cn',
      { kind: 'table', endpoint: 'https://bot.table.core.chinacloudapi.cn', account: null },
    ],
    [
      'https://bot.z07.table.storage.azure.net',
      { kind: 'table', endpoint: 'https://bot.z07.table.storage.azure.net', account: null },
    ],
    [
      'DefaultEndpointsProtocol=https;AccountName=bot;AccountKey=a2V5;EndpointSuffix=core.usgovcloudapi.net',
      { kind: 'table', endpoint: 'https://bot.table.core.usgovcloudapi.net', account },
    ],
    [
      ' accountname=bot ; ACCOUNTKEY=a2V5 ;',
      { kind: 'table', endpoint: 'https://bot.table.core.windows.net', account },
    ],
    [
      'DefaultEndpointsProtocol=http;AccountName=bot;AccountKey=a2V5;BlobEndpoint=http://x.example;TableEndpoint=https://private.example/',
      { kind: 'table', endpoint: 'https://private.example', account },
    ],
    ...['127.0.0.1', 'localhost', '[::1]'].map((host): readonly [string, object] => [
      `AccountName=bot;AccountKey=a2V5;TableEndpoint=http://${host}:10002/bot`,
      { kind: 'table', endpoint: `http://${host}:10002/bot`, account },
    ]),
  ];
  for (const [text, location] of good) {
    it(`is understood: ${text}`, () => assert.deepEqual(readStoreLocation(text), location));
  }

  it('may be the emulator that is on every developer’s machine', () => {
    const location = readStoreLocation('UseDevelopmentStorage=true');
    assert(location.kind === 'table' && location.account);
    assert.equal(location.endpoint, 'http://127.0.0.1:10002/devstoreaccount1');
    assert.equal(Buffer.from(location.account.key, 'base64').length, 64);
  });

  it('with no key in it is one of a storage account, and nobody else gets a token', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const location = readStoreLocation(url);
        assert(location.kind === 'invalid', url);
      }),
    );
  });

  it('is never said again when it is refused', () => {
    const part = fc.constantFrom(
      'AccountName=',
      'AccountKey=',
      'TableEndpoint=',
      'SharedAccessSignature=',
      ';',
      'https://',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part), fc.stringMatching(/^s3cret[a-z]{6}$/), (parts, secret) => {
        const location = readStoreLocation(`${parts.join('')}${secret}${parts.toReversed().join(secret)}`);
        assert(location.kind !== 'invalid' || !location.problem.includes(secret));
      }),
    );
  });
});
