import type { FakeAuthority, TokenOptions } from '../fake-authority.ts';
import type { Claims } from '../jwt.ts';
import type { ActivityJson } from '../teams-client.ts';
import type { Random } from './random.ts';
import type { Target } from './storms.ts';

/** A message as Teams would send it, with one thing wrong with it. */
export type Mutant = {
  readonly authorization?: string;
  /** Members of the activity to change. */
  readonly activity?: ActivityJson;
};

type Mutate = (random: Random) => Mutant;

/** Every claim, header and part of a token, each wrong in every way that is known, with random values. */
export function tokenMutations(authority: FakeAuthority, target: Target): Readonly<Record<string, Mutate>> {
  const { serviceUrl, appId, tenantId, issuer } = target;
  const bearer = (change: TokenOptions = {}): Mutant => ({
    authorization: `Bearer ${authority.channelToken(serviceUrl, change)}`,
  });
  const claims =
    (make: (random: Random) => Claims): Mutate =>
    (random) =>
      bearer({ claims: make(random) });
  const header =
    (make: (random: Random) => Claims): Mutate =>
    (random) =>
      bearer({ header: make(random) });
  const key =
    (which: NonNullable<TokenOptions['key']>, make: (random: Random) => Claims = () => ({})): Mutate =>
    (random) =>
      bearer({ key: which, header: make(random) });
  const parts =
    (change: (parts: [string, string, string], random: Random) => readonly string[]): Mutate =>
    (random) => {
      const [first = '', second = '', third = ''] = authority.channelToken(serviceUrl).split('.');
      return { authorization: `Bearer ${change([first, second, third], random).join('.')}` };
    };
  const good = () => authority.channelToken(serviceUrl);
  const now = () => Math.floor(Date.now() / 1000);
  /** The SDK forgives clocks that differ by five minutes. */
  const beyond = (random: Random) => 310 + random.whole(3e8);

  const claim = (name: string, value: string): Readonly<Record<string, Mutate>> => ({
    [`${name}: missing`]: claims(() => ({ [name]: undefined })),
    [`${name}: another type`]: claims((random) => ({ [name]: otherType(value, random) })),
    [`${name}: nearly the right one`]: claims((random) => ({ [name]: nearly(value, random) })),
    [`${name}: anything`]: claims((random) => ({ [name]: random.text(random.whole(60)) })),
  });

  return {
    ...claim('iss', issuer),
    ...claim('aud', appId),
    ...claim('serviceurl', serviceUrl),
    'iss: an Entra tenant': claims((random) => ({ iss: `https://sts.windows.net/${random.uuid()}/`, tid: undefined })),
    'aud: another app': claims((random) => ({ aud: random.uuid() })),
    'serviceurl: another place on the host': claims((random) => ({ serviceurl: `${serviceUrl}${random.text(10)}` })),
    'exp: missing': claims(() => ({ exp: undefined })),
    'exp: another type': claims((random) => ({ exp: otherType(now() + 3600, random) })),
    'exp: long ago': claims((random) => ({ exp: now() - beyond(random), nbf: 0 })),
    'nbf: another type': claims((random) => ({ nbf: otherType(now() - 60, random) })),
    'nbf: not yet': claims((random) => ({ nbf: now() + beyond(random), exp: now() + 4e8 })),
    'tid: another tenant': claims((random) => ({ tid: random.uuid() })),
    'tid: another type': claims((random) => ({ tid: otherType(tenantId, random) })),
    'ver and appid: a bot for a skill': claims((random) => ({
      ver: random.pick(['1.0', '2.0']),
      appid: random.uuid(),
      azp: random.uuid(),
    })),
    'claims: hundreds': claims((random) =>
      Object.fromEntries(Array.from({ length: 40 + random.whole(300) }, (_, index) => [`c${index}`, 1])),
    ),
    'claims: none': parts(([first, , third]) => [first, encode({}), third]),
    'claims: changed after signing': parts(([first, second, third], random) => [
      first,
      encode({ ...decode(second), [random.text(5)]: random.text(5) }),
      third,
    ]),
    'claims: no object': parts(([first, , third], random) => [first, encode(otherType({}, random)), third]),
    'claims: no JSON': parts(([first, , third], random) => [first, random.text(200), third]),
    'alg: missing': header(() => ({ alg: undefined })),
    'alg: another': header((random) => ({
      alg: random.pick([
        'none',
        'None',
        'HS256',
        'RS384',
        'RS512',
        'PS256',
        'ES256',
        'EdDSA',
        'rs256',
        '',
        random.text(5),
      ]),
    })),
    'alg: another type': header((random) => ({ alg: otherType('RS256', random) })),
    'kid: missing': header(() => ({ kid: undefined })),
    'kid: unknown': header((random) => ({ kid: random.text(1 + random.whole(40)) })),
    'kid: nearly the right one': header((random) => ({ kid: nearly(target.kid, random) })),
    'kid: another type': header((random) => ({ kid: otherType(target.kid, random) })),
    'key: a stranger’s': key('foreign', (random) => ({ jti: random.text(10) })),
    'key: a stranger’s, offered in the header': key('foreign', (random) => ({
      jwk: { kty: 'RSA', e: 'AQAB', n: random.text(342) },
      jku: `https://${random.text(10)}.example/keys`,
    })),
    'key: the published one as a secret': key('hmac', (random) => ({ jti: random.text(10) })),
    'key: endorsed for another channel': key('unendorsed', (random) => ({ jti: random.text(10) })),
    'signature: left out': key('none', (random) => ({ alg: 'RS256', jti: random.text(10) })),
    'signature: random': parts(([first, second], random) => [first, second, random.bytes(256).toString('base64url')]),
    'signature: another length': parts(([first, second], random) => [
      first,
      second,
      random.bytes(random.pick([1, 32, 64, 128, 255, 257, 512])).toString('base64url'),
    ]),
    'signature: one bit': parts(([first, second, third], random) => {
      const bytes = Buffer.from(third, 'base64url');
      const at = random.whole(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(8));
      return [first, second, bytes.toString('base64url')];
    }),
    'signature: of another token': parts(([first, second], random) => [
      first,
      second,
      authority.channelToken(serviceUrl, { claims: { jti: random.text(10) } }).split('.')[2] ?? '',
    ]),
    'parts: too few or too many': parts((three, random) =>
      random.pick([three.slice(0, 2), [...three, random.text(20)]]),
    ),
    'parts: cut short': parts((three, random) => {
      const whole = three.join('.');
      return [whole.slice(0, random.whole(whole.length - 4))];
    }),
    'header: another scheme': (random) => ({
      authorization: `${random.pick(['bearer', 'BEARER', 'Basic', 'Token', 'JWT', random.text(6)])} ${good()}`,
    }),
    'header: more than a token': (random) => ({
      authorization: random.pick([
        `Bearer  ${good()}`,
        `Bearer ${good()},`,
        `Bearer ${good()} ${random.text(9)}`,
        `Bearer ${good()};x`,
      ]),
    }),
    'header: none': () => ({}),
    'an Entra token of the bot’s own': (random) => ({
      authorization: `Bearer ${authority.entraToken({ claims: { serviceurl: serviceUrl, jti: random.text(10), ...random.pick<Claims>([{}, { iss: issuer }, { ver: '2.0' }]) } })}`,
    }),
    'body: another serviceUrl': (random) => ({
      ...bearer(),
      activity: { serviceUrl: random.pick([undefined, nearly(serviceUrl, random), otherType(serviceUrl, random)]) },
    }),
    'body: a serviceUrl that is not allowed': (random) => {
      const foreign = `https://${random
        .text(10)
        .toLowerCase()
        .replaceAll(/[^a-z]/g, 'x')}.example/`;
      return { ...bearer({ claims: { serviceurl: foreign } }), activity: { serviceUrl: foreign } };
    },
    'body: another channel': (random) => ({
      ...bearer(),
      activity: {
        channelId: random.pick([
          undefined,
          'emulator',
          'webchat',
          'AseChannel',
          nearly('msteams', random),
          otherType('msteams', random),
        ]),
      },
    }),
    'body: another tenant': (random) => {
      const tenant = random.pick([undefined, random.uuid(), nearly(tenantId, random), otherType(tenantId, random)]);
      return {
        ...bearer(),
        activity: {
          conversation: { id: '19:junk-tenant@thread.v2', conversationType: 'groupChat', tenantId: tenant },
          channelData: { tenant: { id: tenant } },
        },
      };
    },
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString());

/** What holds the right value, or says the same, yet is not it. */
function otherType(value: unknown, random: Random): unknown {
  const wrapped: unknown[] = [[value], { value }, [[value]], null, true, [], random.bytes(3).toJSON()];
  return random.pick(typeof value === 'number' ? [...wrapped, String(value)] : [...wrapped, random.whole(1e9)]);
}

/** One character more, less or other than it should be. */
function nearly(value: string, random: Random): string {
  const at = random.whole(value.length);
  const [before, here, after] = [value.slice(0, at), value.slice(at, at + 1), value.slice(at + 1)];
  const other = random.pick(['x', '/', ' ', '\u200b', '\u0000', '%', 'é'].filter((one) => one !== here));
  return random.pick([
    before + after,
    before + other + after,
    before + here + other + after,
    ` ${value}`,
    `${value} `,
    `${value}${value}`,
  ]);
}
