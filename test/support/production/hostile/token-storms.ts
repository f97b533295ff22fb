import { post } from './junk-requests.ts';
import type { Random } from './random.ts';
import type { Storm, Target } from './storms.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What a junk token claims; all of it as the bot wants it, the signature aside. */
function junkToken(
  target: Target,
  random: Random,
  { kid = random.text(27), serviceUrl = target.serviceUrl, more = {} } = {},
) {
  const header = { alg: 'RS256', kid, x5t: kid, typ: 'JWT' };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: target.issuer,
    aud: target.appId,
    serviceurl: serviceUrl,
    nbf: now - 60,
    exp: now + 3600,
    jti: random.text(22),
    ...more,
  };
  return `${encode(header)}.${encode(claims)}.${random.bytes(256).toString('base64url')}`;
}

/** The message that a token stands before: all of it as the bot wants it. */
function junkMessage({ tenantId, appId, serviceUrl }: Target, random: Random): string {
  return JSON.stringify({
    type: 'message',
    id: String(random.whole(1e13)),
    channelId: 'msteams',
    text: 'help',
    serviceUrl,
    from: { id: `29:${random.text(40)}`, name: 'Junk', aadObjectId: random.uuid() },
    recipient: { id: `28:${appId}`, name: 'Session Revoker' },
    conversation: { id: `19:junk-${random.text(10)}@thread.v2`, conversationType: 'groupChat', tenantId },
    channelData: { tenant: { id: tenantId } },
  });
}

type Make = (target: Target, random: Random) => { readonly token?: string; readonly serviceUrl?: string };

function tokens(name: string, count: number, make: Make): Storm {
  return {
    name,
    count,
    allowed: ['401'],
    make: (_, random, target) => {
      const { token, serviceUrl = target.serviceUrl } = make(target, random);
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return { bytes: post(headers, junkMessage({ ...target, serviceUrl }, random)) };
    },
  };
}

export const tokenStorms: readonly Storm[] = [
  tokens('no token', 2000, () => ({})),
  tokens('nonsense for a token', 2000, (_, random) => ({ token: random.text(1 + random.whole(4000)) })),
  tokens('tokens of foreign issuers and tenants', 2000, (target, random) => ({
    token: junkToken({ ...target, issuer: `https://sts.windows.net/${random.uuid()}/` }, random),
  })),
  tokens('well-shaped tokens, unknown keys', 2000, (target, random) => ({ token: junkToken(target, random) })),
  tokens('well-shaped tokens, keys with names of 2 KB', 2000, (target, random) => ({
    token: junkToken(target, random, { kid: random.text(2000) }),
  })),
  tokens('well-shaped tokens, thousands of tenants', 2000, (target, random) => ({
    token: junkToken(target, random, { more: { tid: random.uuid() } }),
  })),
  tokens('well-shaped tokens, hundreds of claims', 2000, (target, random) => ({
    token: junkToken(target, random, { more: Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`${n}`, 1])) }),
  })),
  tokens('well-shaped tokens, the right key, no signature of it', 2000, (target, random) => ({
    token: junkToken(target, random, { kid: target.kid }),
  })),
  tokens('well-shaped tokens, thousands of service addresses', 2000, (target, random) => {
    const serviceUrl = `${target.serviceUrl}${random.text(20)}/`;
    return { serviceUrl, token: junkToken(target, random, { serviceUrl }) };
  }),
];
