import { type DestinationStream, pino } from 'pino';
import type { Log } from './app/ports.ts';
import type { LogLevel } from './config.ts';

/** Tokens (JWTs), secrets in form bodies and URLs, and bearer headers, wherever in a line they turn up. */
const secrets =
  /eyJ[\w-]{8,}(?:\.[\w-]+)*|(?<=(?:client_secret|client_assertion|assertion|sig|password)=)[^&"\s]+|(?<=Bearer )[\w.-]+/gi;

export function redact(line: string): string {
  return line.replace(secrets, '[redacted]');
}

/** JSON lines, one per call, with anything that looks like a secret taken out of the finished line. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe },
    hooks: { streamWrite: redact },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What is said of an error. Never the object itself: the SDKs hang whole requests, with their tokens, on theirs. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
    stack,
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}
