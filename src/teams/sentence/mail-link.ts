import { decoded } from './markup-text.ts';
import { addressIn } from './word.ts';

/** The value of `href` in an opening tag; null when it has none. */
export function hrefIn(tag: string): string | null {
  const found = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/iu.exec(tag);
  return found ? decoded(found[1] ?? found[2] ?? found[3] ?? '') : null;
}

/** Whom a `mailto:` link writes to, those in `to=` too; null for a link of another kind, or with anything odd in it. */
export function mailedBy(href: string): readonly string[] | null {
  const [, path, query = ''] = /^\s*mailto:([^?#]*)(?:\?([^#]*))?/iu.exec(href) ?? [];
  if (path === undefined) return null;
  const further = query.split('&').flatMap((field) => (/^to=/iu.test(field) ? [field.slice(3)] : []));
  try {
    const named = [path, ...further].flatMap((list) => decodeURIComponent(list).split(/[,;]/u));
    const addresses = named.map((one) => one.trim()).filter((one) => one !== '');
    const read = addresses.map((one) => addressIn(one));
    return read.every((one) => one !== null) ? [...new Set(read as string[])] : null;
  } catch {
    return null;
  }
}
