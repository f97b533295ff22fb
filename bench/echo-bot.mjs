/**
 * The least that a bot of botbuilder and restify can be: an echo bot, put together as Microsoft's samples are. What it costs is
 * the floor under every bot of this SDK. It takes the settings of the bot itself, and gets its token for the connector as
 * that does: the SDK's own way asks an authority that only Microsoft has.
 */
import { ClientSecretCredential } from '@azure/identity';
import { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { MicrosoftAppCredentials, PasswordServiceClientCredentialFactory } from 'botframework-connector';
import restify from 'restify';

const {
  MicrosoftAppId: appId,
  MicrosoftAppPassword: secret,
  MicrosoftAppTenantId: tenantId,
  AZURE_AUTHORITY_HOST: authorityHost,
  ToChannelFromBotOAuthScope: scope,
} = process.env;

class Credentials extends MicrosoftAppCredentials {
  #source = new ClientSecretCredential(tenantId, appId, secret, { authorityHost, disableInstanceDiscovery: true });

  async getToken() {
    return (await this.#source.getToken(`${scope}/.default`)).token;
  }
}

class CredentialsFactory extends PasswordServiceClientCredentialFactory {
  #credentials = new Credentials(appId, secret, tenantId, scope);

  async createCredentials() {
    return this.#credentials;
  }
}

class EchoBot extends ActivityHandler {
  constructor() {
    super();
    this.onMessage(async (context, next) => {
      await context.sendActivity(`Echo: ${context.activity.text}`);
      await next();
    });
  }

  async onInvokeActivity() {
    const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Echo' };
    return { status: 200, body };
  }
}

const factory = new CredentialsFactory(appId, secret, tenantId);
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication(process.env, factory));
const bot = new EchoBot();
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request, response) => {
  await adapter.process(request, response, (context) => bot.run(context));
});
server.listen(Number(process.env.PORT), process.env.HOST);
