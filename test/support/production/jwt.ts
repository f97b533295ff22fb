import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

type SigningKey = {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
};

/** How the third part of a token is made; `hmac` uses the published RSA key as if it were a shared secret. */
export type Signature = { readonly rsa: KeyObject } | { readonly hmac: KeyObject } | 'none';

export type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Claims;

export function createSigningKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** The public half as a JSON Web Key; `extra` are members such as `endorsements`. */
export function toJwk(key: SigningKey, extra: Claims = {}): Claims {
  return {
    ...createPublicKey(key.privateKey).export({ format: 'jwk' }),
    use: 'sig',
    kid: key.kid,
    x5t: key.kid,
    ...extra,
  };
}

/** A compact token; members of `header` and `claims` that are undefined are left out. */
export function signToken(header: Claims, claims: Claims, signature: Signature): string {
  const input = `${encode(header)}.${encode(claims)}`;
  if (signature === 'none') return `${input}.`;
  if ('rsa' in signature) return `${input}.${sign('sha256', Buffer.from(input), signature.rsa).toString('base64url')}`;
  const secret = signature.hmac.export({ type: 'spki', format: 'pem' });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The claims of a token that `key` signed and that is valid at `now` (milliseconds), else undefined. */
export function readToken(token: string, key: SigningKey, now: number): Claims | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (!header || !claims || !signature || rest.length > 0) return undefined;
  const input = Buffer.from(`${header}.${claims}`);
  if (!verify('sha256', input, key.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  const read = decode(claims);
  return Number(read.exp) * 1000 > now && Number(read.nbf) * 1000 <= now ? read : undefined;
}
