import { readFileSync } from 'node:fs';

interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** What stands behind it, on one line. */
  readonly text: string;
}

export interface Stage {
  /** As in the file; build arguments are filled in. */
  readonly image: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of the Dockerfile, read as far as the tests need it: comments, continued lines, build arguments. */
export function readDockerfile(file: URL = new URL('../../Dockerfile', import.meta.url)): readonly Stage[] {
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  const args = new Map<string, string>();
  const stages: { image: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === 'FROM') {
      const [, image = '', alias] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      const filled = image.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? '');
      stages.push({ image: filled, alias, instructions: [] });
    } else if (stages.length === 0 && name === 'ARG') {
      const [arg = '', value = ''] = rest.split('=', 2);
      args.set(arg, value);
    } else stages.at(-1)?.instructions.push({ name: name.toUpperCase(), text: rest });
  }
  return stages;
}

/** The words of an instruction in its JSON form. @throws when it would need a shell */
export function words({ name, text }: Instruction): readonly string[] {
  const array: unknown = JSON.parse(text.slice(text.indexOf('[')));
  if (!Array.isArray(array)) throw new Error(`${name} ${text} needs a shell`);
  return array.map(String);
}
