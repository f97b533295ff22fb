import type { RequestStore, Version } from '../../src/app/ports.ts';
import type { RequestEvent } from '../../src/domain/request.ts';

type Store = Pick<RequestStore, 'read' | 'append'>;

/**
 * Appends behind the first `expected` events of a request: like somebody who is too late, where there are more by now.
 * @param reader another store on the same data, where the way to this one is disturbed
 */
export async function append(
  store: Store,
  requestId: string,
  expected: number,
  events: readonly RequestEvent[],
  reader: Store = store,
): Promise<void> {
  const { version } = await reader.read(requestId);
  await store.append({ ...version, count: expected } as Version, events);
}
