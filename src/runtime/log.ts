import { type DestinationStream, pino } from 'pino';
import type { Log } from '../app/ports.ts';
import type { LogLevel } from '../config/config.ts';
import { logFields } from './observe.ts';
import { standardOutput } from './standard-output.ts';

/**
 * What is a secret by how it looks or by what stands before it. The line is JSON: what is taken out must neither begin in
 * the middle of an escape nor end in one.
 */
const secretPatterns = {
  token: /(?<!\\u00[01])eyJ[\w-]{8,}(?:\.[\w-]+)*/,
  inForm: /(?<=(?:client_secret|client_assertion|assertion|refresh_token|sig|password)=)(?:\\[^"nrt]|[^&"\s\\])+/,
  inJson: /(?<=(?:client_secret|assertion|access_token|refresh_token|password)\\?"\s*:\s*\\?")[^"\\]+/,
  inConnectionString: /(?<=AccountKey=)[\w+/=]+/,
  storageKey: /(?<=^|[^\w+/\\]|\\[nrt])[\w+/]{86}==/,
  bearer: /(?<=Bearer )[\w.~+/=-]+/,
  basic: /(?<=Basic )[\w+/]{16,}=*/,
};
const secrets = new RegExp(
  Object.values(secretPatterns)
    .map(({ source }) => source)
    .join('|'),
  'gi',
);
/** What JSON leaves as it is, and terminals and viewers of logs obey: C1 controls, line separators, text direction. */
const obeyed = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
/** Fields that hold a secret by their name, whatever it looks like. */
const secretFields = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'assertion',
  'password',
  'secret',
  'clientSecret',
];
const mostCauses = 5;

export function redact(line: string): string {
  return line.replace(secrets, '[redacted]');
}

/**
 * JSON lines, one per call, with the request, conversation and trace that the work is about. Fields that hold secrets are
 * taken out by name, and anything that looks like one out of the finished line.
 */
export function createLog(level: LogLevel, destination: DestinationStream = standardOutput): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: logFields,
    redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) =>
        Object.fromEntries(
          Object.entries(fields).map(([name, value]) =>
            name !== 'err' && value instanceof Error ? [name, describe(value, mostCauses)] : [name, value],
          ),
        ),
    },
    serializers: { err: (error: unknown) => describe(error, mostCauses) },
    hooks: { streamWrite: (line: string) => redact(line).replace(obeyed, escaped) },
  };
  return pino(options, destination);
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** What is said of an error. Never the object itself: the SDKs hang whole requests, with their tokens, on theirs. */
function describe(error: unknown, causes: number): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
    stack,
    ...(error.cause === undefined || causes === 0 ? {} : { cause: describe(error.cause, causes - 1) }),
  };
}
