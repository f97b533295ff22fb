import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Rejects when somebody listens on this port of the loopback interface, IPv4 or IPv6; `localhost` may mean either.
 * A race with somebody who starts listening right afterwards stays possible.
 */
export async function refuseTakenPort(port: number, purpose: string): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const probe = createServer();
    try {
      await once(probe.listen(port, host), 'listening');
      await new Promise((closed) => probe.close(closed));
    } catch (cause) {
      // Any other refusal, such as a machine without IPv6, says nothing about the port.
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') continue;
      throw new Error(
        `Port ${port}, on which ${purpose} is to listen, is in use: end the program that holds it (perhaps an earlier start of this one).`,
        { cause },
      );
    }
  }
}
