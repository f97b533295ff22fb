/** A map that holds at most so many entries: beyond it the one that was set longest ago is forgotten. */
export function createBoundedMap<K, V>(most: number) {
  const entries = new Map<K, V>();
  return {
    get: (key: K): V | undefined => entries.get(key),
    has: (key: K): boolean => entries.has(key),
    delete: (key: K): boolean => entries.delete(key),
    set(key: K, value: V): void {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}
