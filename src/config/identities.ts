import type { Settings } from './settings.ts';

/** How a token is got; credentials.ts turns it into an @azure/identity credential. */
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
