/** Elements whose content no reader sees, or not until they open it. */
const unseenElements =
  /^(?:style|script|title|head|template|noscript|noembed|noframes|iframe|object|audio|video|canvas|svg|math|datalist|dialog|details|rp)$/u;
const raw = 'script|style|title|noscript|noembed|noframes|iframe|textarea|xmp';
/** In these a browser reads no tag but the one that ends them. */
export const isRaw = (name: string): boolean => raw.split('|').includes(name);
/** Nothing is matched before the name: of a long run of spaces each would be tried as the first. */
const attribute = /(?<=\s)([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gu;
const lengths = /(-?\d*\.?\d+)(px|pt|em|rem|ex|ch|%|vh|vw|cm|mm|in|pc)?/gu;
/** How many of a unit are as large as the smallest letter that anyone reads; a pixel counts as one. */
const pixels: Readonly<Record<string, number>> = {
  em: 16,
  rem: 16,
  ex: 8,
  ch: 8,
  '%': 0.16,
  cm: 38,
  mm: 4,
  in: 96,
  pc: 16,
};
const smallestLetter = 5;

/** Whether a browser shows nothing of what stands within this opening tag. */
export function isUnseen(name: string, tag: string): boolean {
  if (unseenElements.test(name)) return true;
  for (const [, called = '', ...values] of tag.matchAll(attribute)) {
    if (/^hidden$/iu.test(called)) return true;
    if (/^style$/iu.test(called) && hides(values.find((value) => value !== undefined) ?? '')) return true;
  }
  return false;
}

/** Errs towards hidden: what is not offered can be typed. */
function hides(style: string): boolean {
  // Escapes, references and comments could write any property; no client of Teams has them.
  if (/[\\&]|\/\*/u.test(style.replace(/&(?:quot|apos|#39);/gu, ''))) return true;
  const declared = new Map(
    style
      .toLowerCase()
      .split(';')
      .map((one): [string, string] => {
        const [property = '', ...value] = one.split(':');
        return [property.trim(), value.join(':').replace('!important', '').trim()];
      }),
  );
  const is = (property: string, values: RegExp) => values.test(declared.get(property) ?? '');
  const sizes = (property: string) =>
    [...(declared.get(property) ?? '').matchAll(lengths)].map(
      ([, size, unit]) => Number(size) * (pixels[unit ?? ''] ?? 1),
    );
  const colour = declared.get('color');
  return (
    is('display', /^none/u) ||
    is('visibility', /^(?:hidden|collapse)/u) ||
    is('content-visibility', /^hidden/u) ||
    is('mso-hide', /^all/u) ||
    is('position', /^(?:absolute|fixed)/u) ||
    ['clip', 'clip-path', 'filter', 'mask', 'mask-image', 'transform', 'scale', 'translate', 'zoom'].some((property) =>
      is(property, /^(?!none|auto|1$|100%$)./u),
    ) ||
    sizes('opacity').some((size) => size < 0.2) ||
    ['font-size', 'font', 'line-height'].some((property) =>
      sizes(property).some((size) => size <= 0 || (property === 'font-size' && size < smallestLetter)),
    ) ||
    // Out of the page to the left or upwards.
    ['text-indent', 'margin', 'margin-left', 'margin-top', 'left', 'top', 'right', 'bottom'].some((property) =>
      sizes(property).some((size) => size < -20 || size > 1000),
    ) ||
    (is('overflow', /^(?:hidden|clip|scroll|auto)/u) &&
      ['height', 'width', 'max-height', 'max-width'].some((property) =>
        sizes(property).some((size) => size < smallestLetter),
      )) ||
    [colour, declared.get('-webkit-text-fill-color')].some((one) => isClear(one)) ||
    (colour !== undefined && [declared.get('background'), declared.get('background-color')].includes(colour))
  );
}

/** No colour of a client is longer, and matching would take its time. */
const longestColour = 60;
const isClear = (colour = '') =>
  colour.length > longestColour ||
  /^(?:transparent|#[0-9a-f]{3}0|#[0-9a-f]{6}0\d|(?:rgb|hsl)a?\(.*[,/]\s*0?\.?0*%?\s*\))$/u.test(colour);

const attributes = String.raw`(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>\x60]+))?)*\s*\/?>`;
/** What every browser reads alike: text, comments, tags, and elements in which no tag is read. */
const wellFormed = new RegExp(
  [
    '[^<]+',
    '<(?![a-z/!?])',
    String.raw`<!--(?!-?>)(?:(?!--!?>)[\s\S])*-->`,
    `<(${raw})${attributes}[^<]*</\\1\\s*>`,
    String.raw`</[a-z][a-z0-9:-]*\s*>`,
    `<(?!(?:${raw}|plaintext)\\b)[a-z][a-z0-9:-]*${attributes}`,
  ].join('|'),
  'giuy',
);

/**
 * HTML up to where a browser and this reader could read it differently, such as a tag that does not end: from there on
 * nothing tells what is shown from what is not. Where it brings style sheets, nothing of it is told.
 */
export function plainlyShown(html: string): string {
  if (/<link\b|<style\b[^<]*(?:\{|@import)/iu.test(html)) return '';
  let end = 0;
  for (const [piece] of html.matchAll(wellFormed)) end += piece.length;
  return html.slice(0, end);
}
