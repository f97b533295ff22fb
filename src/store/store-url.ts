/** Where the store is, as `STORE_URL` says it. */
type StoreLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'table';
      /** Scheme and host, for Azurite with the account as path; no slash at the end. */
      readonly endpoint: string;
      /** `null`: signed in with @azure/identity. The key is never written anywhere. */
      readonly account: { readonly name: string; readonly key: string } | null;
    };

/** `problem` goes on from the setting's name and never repeats the setting, which may hold a key. */
type ReadLocation = StoreLocation | { readonly kind: 'invalid'; readonly problem: string };

/** The three clouds of GRAPH_CLOUD, and accounts whose name is in a DNS zone of Azure's choice. */
const accountUrl =
  /^https:\/\/[a-z0-9]{3,24}\.(?:table\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|z\d\d\.table\.storage\.azure\.net)\/?$/i;

/** What every emulator of Azure Storage has; published, and no secret. */
const development = {
  endpoint: 'http://127.0.0.1:10002/devstoreaccount1',
  account: {
    name: 'devstoreaccount1',
    key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  },
} as const;

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);
const invalid = (problem: string) => ({ kind: 'invalid', problem }) as const;

export function readStoreLocation(text: string): ReadLocation {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length);
    return path === '' ? invalid('names no file: sqlite:<path>') : { kind: 'sqlite', path };
  }
  if (accountUrl.test(text)) {
    return { kind: 'table', endpoint: text.replace(/\/$/, '').toLowerCase(), account: null };
  }
  if (/^UseDevelopmentStorage=true;?$/i.test(text)) return { kind: 'table', ...development };
  if (/(?:^|;)\s*(?:AccountName|AccountKey|TableEndpoint|SharedAccessSignature)=/i.test(text)) return fromParts(text);
  return invalid('is none of sqlite:<path>, https://<account>.table.core.windows.net and a storage connection string');
}

function fromParts(text: string): ReadLocation {
  const pairs = [...text.matchAll(/(?:^|;)\s*(\w+)=([^;]*)/g)];
  const parts = new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]));
  const wrong = (what: string) => invalid(`is a connection string ${what}`);
  if (parts.has('sharedaccesssignature')) {
    return wrong('with a shared access signature: use one with AccountKey, or the address');
  }
  const name = parts.get('accountname') ?? '';
  const key = parts.get('accountkey') ?? '';
  if (!/^[a-z0-9]{3,24}$/.test(name)) return wrong('without a valid AccountName');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return wrong('without a valid AccountKey');
  const suffix = parts.get('endpointsuffix') || 'core.windows.net';
  const scheme = parts.get('defaultendpointsprotocol') || 'https';
  const url = URL.parse(parts.get('tableendpoint') || `${scheme}://${name}.table.${suffix}`);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
    return wrong('whose endpoint is no address');
  }
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) {
    return wrong('whose endpoint is not https (http is for this machine only)');
  }
  return { kind: 'table', endpoint: url.href.replace(/\/$/, ''), account: { name, key } };
}
