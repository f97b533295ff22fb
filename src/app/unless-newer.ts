import { NewerRecord } from './ports.ts';

/** What was read, or `null` where only a newer version can read it, for whoever can do without. */
export async function unlessNewer<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NewerRecord) return null;
    throw error;
  }
}
