import { createHash } from 'node:crypto';
import { codeAlphabet, requestIdLength } from '../domain/code.ts';

/**
 * The id of the request that a message makes. The same message delivered again makes the same id, so it asks once,
 * whichever replica gets it.
 */
export function requestIdFor(message: { conversationId: string; activityId: string; personId: string }): string {
  const { conversationId, activityId, personId } = message;
  const digest = createHash('sha256')
    .update(JSON.stringify([conversationId, activityId, personId]))
    .digest();
  // 26 letters from 32 bytes: eight bits each would favour the first letters, two bytes each hardly do.
  return Array.from({ length: requestIdLength }, (_, index) => {
    const two = (digest[index % 32] ?? 0) * 256 + (digest[(index * 7 + 13) % 32] ?? 0);
    return codeAlphabet[two % codeAlphabet.length];
  }).join('');
}
