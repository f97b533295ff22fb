import { en, type Texts } from './en.ts';
import { ja } from './ja.ts';
import { zh } from './zh.ts';

export const languages: Readonly<Record<Texts['lang'], Texts>> = { en, ja, zh };

/**
 * The sentences in the language of a locale such as `ja-JP`; in English for any other. Readers of `zh-TW` and `zh-HK` get
 * Simplified Chinese, too: nearer to them than English.
 */
export function textsFor(locale: string): Texts {
  const [language = ''] = locale.toLowerCase().split('-');
  return Object.hasOwn(languages, language) ? languages[language as Texts['lang']] : en;
}
