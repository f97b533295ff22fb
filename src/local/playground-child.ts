/**
 * Loaded into the Playground's process ahead of it (`node --import`). The Playground has no setting for either of these: it
 * would listen on every interface, with nothing that asks who calls, and it would outlive the process that started it.
 */
import { Server } from 'node:net';

const { listen } = Server.prototype;

Server.prototype.listen = function listenOnLoopback(this: Server, ...given: unknown[]): Server {
  const [port, host] = given;
  const anywhere = typeof port === 'number' && typeof host !== 'string';
  return Reflect.apply(listen, this, anywhere ? [port, '127.0.0.1', ...given.slice(1)] : given);
} as typeof listen;

// The channel to the parent closes whichever way the parent ends, SIGKILL included.
process.once('disconnect', () => process.exit());
