import { readFile } from 'node:fs/promises';
import {
  AzureAuthorityHosts,
  ClientCertificateCredential,
  ClientSecretCredential,
  CredentialUnavailableError,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  OnBehalfOfCredential,
  type OnBehalfOfCredentialSecretOptions,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { within } from '../base/time.ts';
import type { Settings } from './settings.ts';

/** How a token is got. */
export type Identity =
  | { readonly kind: 'secret'; readonly tenantId: string; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'certificate'; readonly tenantId: string; readonly clientId: string; readonly path: string }
  | { readonly kind: 'federated'; readonly tenantId: string; readonly clientId: string; readonly tokenFile: string }
  | { readonly kind: 'managedIdentity'; readonly clientId: string }
  /** The chain that AZURE_TOKEN_CREDENTIALS names. */
  | { readonly kind: 'chain'; readonly tenantId: string; readonly clientId: string | undefined };

export interface Identities {
  readonly bot: Identity;
  readonly graph: Identity;
}

/** Each set of settings for its own purpose; where only one is given, it serves for both. */
export function readIdentities(set: Settings, appId: string, tenantId: string, problems: string[]): Identities | null {
  const azure = azureIdentity(set, problems);
  const bot = botIdentity(set, appId, tenantId, azure, problems);
  return bot ? { bot, graph: azure ?? bot } : null;
}

const proofs = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE'] as const;

export function azureIdentity(set: Settings, problems: string[]): Identity | null {
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId } = set;
  const [secret, path, tokenFile] = proofs.map((name) => set[name]);
  const [given] = proofs.filter((name) => set[name]);
  if (given && !(tenantId && clientId)) {
    problems.push(`${given} needs AZURE_TENANT_ID and AZURE_CLIENT_ID beside it.`);
    return null;
  }
  if (tenantId && clientId) {
    if (secret) return { kind: 'secret', tenantId, clientId, secret };
    if (path) return { kind: 'certificate', tenantId, clientId, path };
    if (tokenFile) return { kind: 'federated', tenantId, clientId, tokenFile };
  }
  if (set.AZURE_TOKEN_CREDENTIALS) {
    return { kind: 'chain', tenantId: tenantId ?? set.MicrosoftAppTenantId ?? '', clientId };
  }
  return clientId ? { kind: 'managedIdentity', clientId } : null;
}

export function botIdentity(
  set: Settings,
  appId: string,
  tenantId: string,
  azure: Identity | null,
  problems: string[],
): Identity | null {
  const secret = set.MicrosoftAppPassword;
  if (set.MicrosoftAppType === 'UserAssignedMSI') {
    if (!secret) return { kind: 'managedIdentity', clientId: appId };
    problems.push('MicrosoftAppPassword must not be set with MicrosoftAppType=UserAssignedMSI: remove one of them.');
    return null;
  }
  if (secret) return { kind: 'secret', tenantId, clientId: appId, secret };
  // Another app's token would be refused by the connector, so it can only serve when it is the bot's own.
  if (azure && (azure.clientId === appId || azure.clientId === undefined)) return azure;
  problems.push(
    'MicrosoftAppPassword is missing: set it, or set MicrosoftAppType=UserAssignedMSI, or give the bot its identity ' +
      'by AZURE_CLIENT_ID (the same as MicrosoftAppId) with a secret, certificate, federated token or managed identity.',
  );
  return null;
}

const microsoftHosts: ReadonlySet<string> = new Set(
  [...Object.values(AzureAuthorityHosts), 'https://login.partner.microsoftonline.cn'].map((url) => new URL(url).origin),
);

/** The credential for an identity. Each keeps its own token cache, so it is made once and shared. */
export function createCredential(
  identity: Identity,
  authorityHost: string,
  note: (status: number, host: string) => void = () => undefined,
): TokenCredential {
  const watched = { additionalPolicies: [{ policy: noting(note), position: 'perRetry' as const }] };
  const options = { ...optionsFor(authorityHost), ...watched };
  switch (identity.kind) {
    case 'secret':
      return new ClientSecretCredential(identity.tenantId, identity.clientId, identity.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(identity.tenantId, identity.clientId, identity.path, options);
    case 'federated': {
      const { tenantId, clientId, tokenFile } = identity;
      return new WorkloadIdentityCredential({ tenantId, clientId, tokenFilePath: tokenFile, ...options });
    }
    case 'managedIdentity':
      return new ManagedIdentityCredential({ clientId: identity.clientId, ...watched });
    case 'chain': {
      const { tenantId, clientId } = identity;
      return new DefaultAzureCredential({
        ...options,
        ...(tenantId ? { tenantId } : {}),
        ...(clientId ? { managedIdentityClientId: clientId } : {}),
      });
    }
    default:
      return identity satisfies never;
  }
}

/** A credential that answers in time, says what it last heard when it does not, and can be asked past what it keeps. */
export function createTimelyCredential(identity: Identity, authorityHost: string) {
  const made = () => {
    let heard = 'nothing was answered';
    const credential = createCredential(identity, authorityHost, (status, host) => {
      heard = `${host} last answered ${status}`;
    });
    return withDeadline(credential, () => heard);
  };
  return { ...made(), fresh: made };
}

/** Tells of each answer, also of those that @azure/identity itself tries again after. */
function noting(note: (status: number, host: string) => void) {
  return {
    name: 'noteAnswer',
    async sendRequest<R extends { url: string }, A extends { status: number }>(
      request: R,
      next: (request: R) => Promise<A>,
    ): Promise<A> {
      const answer = await next(request);
      note(answer.status, new URL(request.url).host);
      return answer;
    },
  };
}

/**
 * Exchanges a person's token for the bot into one for Graph. A new credential for each token, so that no cache outlives
 * it. @throws for an identity that cannot prove itself to be the bot's registration
 */
export function createOnBehalfOf(identity: Identity, authorityHost: string): (token: string) => TokenCredential {
  if (identity.kind === 'managedIdentity' || identity.kind === 'chain') {
    throw new Error('a managed identity cannot act on behalf of a person');
  }
  const { tenantId, clientId } = identity;
  const own = { tenantId, clientId, ...proofOf(identity), ...optionsFor(authorityHost) };
  return (userAssertionToken) => {
    // It takes each kind of proof, but no union of them.
    const options = { ...own, userAssertionToken } as OnBehalfOfCredentialSecretOptions;
    return withDeadline(new OnBehalfOfCredential(options));
  };
}

function proofOf(identity: Extract<Identity, { tenantId: string; clientId: string }>) {
  if ('secret' in identity) return { clientSecret: identity.secret };
  if ('path' in identity) return { certificatePath: identity.path };
  // Read each time: the platform replaces the file.
  return { getAssertion: async () => (await readFile(identity.tokenFile, 'utf8')).trim() };
}

function optionsFor(authorityHost: string) {
  return {
    authorityHost,
    // An authority of one's own is not in Microsoft's list, which is where discovery would look it up.
    disableInstanceDiscovery: !microsoftHosts.has(new URL(authorityHost).origin),
  };
}

/** The pipeline shares one running token request among all calls, so one that hangs would hang them all, for ever. */
const deadlineMs = 4000;

/** @azure/identity takes an abort signal and does not heed it everywhere. */
export function withDeadline(
  credential: TokenCredential,
  heard: () => string = () => 'nothing was answered',
): TokenCredential {
  return {
    getToken: (scopes, options) =>
      within(deadlineMs, credential.getToken(scopes, options), () => {
        throw new CredentialUnavailableError(`no token within ${deadlineMs} ms: ${heard()}`);
      }),
  };
}
