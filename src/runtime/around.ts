/**
 * The same port, with something done around each call that is named. Whatever `run` does, it has to answer with what
 * `work` answers and throw what it throws; the rest of the port stays as it is.
 */
export function around<T extends object>(
  port: T,
  names: readonly (keyof T & string)[],
  run: (name: string, work: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): T {
  const changed = names.map((name) => {
    const call = port[name] as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => run(name, () => call.apply(port, args), args)];
  });
  return { ...port, ...Object.fromEntries(changed) };
}
