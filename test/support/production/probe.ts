/**
 * What the bot's own libraries make of the fakes, tried in a process that trusts the CA. Reads one JSON argument,
 * prints one JSON object. A program of its own because Node reads NODE_EXTRA_CA_CERTS at its start alone.
 */
import { ClientSecretCredential } from '@azure/identity';
import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';

export type ProbeInput = {
  readonly tenantId: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly authority: string;
  readonly openIdMetadataUrl: string;
  readonly graph: string;
  readonly user: string;
  readonly connector: string;
  readonly serviceUrl: string;
  /** `Authorization` headers to be judged by botbuilder for an activity with that serviceUrl. */
  readonly headers: Readonly<Record<string, string>>;
};

export type ProbeOutput = {
  readonly wrongSecret: string;
  readonly graphRoles: unknown;
  readonly graph: readonly number[];
  readonly userPrincipalName: unknown;
  readonly connector: readonly number[];
  /** `accepted`, or the message with which botbuilder refused. */
  readonly judged: Readonly<Record<string, string>>;
};

async function probe(input: ProbeInput): Promise<ProbeOutput> {
  const { tenantId, appId, appSecret, authority, graph, connector, serviceUrl } = input;
  const credential = (secret: string) =>
    new ClientSecretCredential(tenantId, appId, secret, { authorityHost: authority, disableInstanceDiscovery: true });
  const token = async (secret: string, scope: string) => (await credential(secret).getToken(scope)).token;

  const wrongSecret = await token('wrong', `${graph}/.default`).then(
    () => 'granted',
    (error: Error) => error.name,
  );
  const forGraph = await token(appSecret, `${graph}/.default`);
  const forConnector = await token(appSecret, 'https://api.botframework.com/.default');
  const call = (url: string, bearer: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' } });

  const user = `${graph}/v1.0/users/${input.user}?$select=id,userPrincipalName`;
  const read = await call(user, forGraph);
  const readWithOther = await call(user, forConnector);
  const activities = `${connector}/emea/v3/conversations/${encodeURIComponent('19:a@thread.tacv2;messageid=1')}/activities`;
  const body = JSON.stringify({ type: 'message', text: 'first' });
  const posted = await call(activities, forConnector, { method: 'POST', body });
  const { id } = (await posted.json()) as { id: string };
  const put = { method: 'PUT', body: JSON.stringify({ type: 'message', text: 'second' }) };
  const updated = await call(`${activities}/${id}`, forConnector, put);
  const updatedUnknown = await call(`${activities}/1`, forConnector, put);
  const postedWithOther = await call(activities, forGraph, { method: 'POST', body });

  const authentication = new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId: appId,
    MicrosoftAppPassword: appSecret,
    MicrosoftAppTenantId: tenantId,
    MicrosoftAppType: 'SingleTenant',
    ToChannelFromBotLoginUrl: `${authority}/${tenantId}`,
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: input.openIdMetadataUrl,
  });
  const judged: Record<string, string> = {};
  for (const [name, header] of Object.entries(input.headers)) {
    judged[name] = await authentication
      .authenticateRequest({ type: 'message', channelId: 'msteams', serviceUrl } as never, header)
      .then(
        () => 'accepted',
        (error: Error) => error.message,
      );
  }
  return {
    wrongSecret,
    graphRoles: JSON.parse(Buffer.from(forGraph.split('.')[1] ?? '', 'base64url').toString('utf8')).roles,
    graph: [read.status, readWithOther.status],
    userPrincipalName: ((await read.json()) as Record<string, unknown>).userPrincipalName,
    connector: [posted.status, updated.status, updatedUnknown.status, postedWithOther.status],
    judged,
  };
}

process.stdout.write(JSON.stringify(await probe(JSON.parse(process.argv[2] ?? '{}'))));
