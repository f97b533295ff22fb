import { UnreadableRequest } from './ports.ts';

/** What was read, or why it cannot be read here, for whoever can do without. */
export async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | UnreadableRequest> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRequest) return error;
    throw error;
  }
}

/** Of those that could not be read, the one to speak of: damage is for somebody to look at. */
export function worst(unreadable: readonly UnreadableRequest[]): UnreadableRequest | undefined {
  return unreadable.find(({ why }) => why === 'damaged') ?? unreadable[0];
}
