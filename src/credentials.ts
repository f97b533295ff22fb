import {
  AzureAuthorityHosts,
  ClientCertificateCredential,
  ClientSecretCredential,
  CredentialUnavailableError,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Identity } from './config.ts';

const microsoftHosts: ReadonlySet<string> = new Set(
  [...Object.values(AzureAuthorityHosts), 'https://login.partner.microsoftonline.cn'].map((url) => new URL(url).origin),
);

/** The credential for an identity. Each keeps its own token cache, so it is made once and shared. */
export function createCredential(identity: Identity, authorityHost: string): TokenCredential {
  const options = {
    authorityHost,
    // An authority of one's own is not in Microsoft's list, which is where discovery would look it up.
    disableInstanceDiscovery: !microsoftHosts.has(new URL(authorityHost).origin),
  };
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
      return new ManagedIdentityCredential({ clientId: identity.clientId });
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

/** The pipeline shares one running token request among all calls, so one that hangs would hang them all, for ever. */
const deadlineMs = 4000;

/** @azure/identity takes an abort signal and does not heed it everywhere. */
export function withDeadline(credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        const error = new CredentialUnavailableError(`no token within ${deadlineMs} ms`);
        timer = setTimeout(() => reject(error), deadlineMs);
      });
      try {
        return await Promise.race([credential.getToken(scopes, options), tooLate]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
