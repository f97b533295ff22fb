import { en, type Texts } from './en.ts';
import { ja } from './ja.ts';

export const languages: Readonly<Record<Texts['lang'], Texts>> = { en, ja, zh: en };

/** The sentences in the language of a locale such as `ja-JP`; in English for any other. */
export function textsFor(locale: string): Texts {
  const [language = ''] = locale.toLowerCase().split('-');
  return Object.hasOwn(languages, language) ? languages[language as Texts['lang']] : en;
}
