import type { KnownRequest } from '../../domain/request.ts';
import { isRevoked } from '../../domain/targets.ts';
import type { Texts } from '../texts/en.ts';
import { countryName } from '../texts/format.ts';
import {
  type BandStyle,
  type Button,
  type Labelled,
  type LinkButton,
  type Person,
  type RequestCard,
  shorten,
} from './parts.ts';
import { nextStep, signInLog } from './result.ts';
import { person } from './shown.ts';
import { wordsOnly } from './untrusted-text.ts';

/** Someone signed in after a revocation. */
export interface BackData extends RequestCard {
  readonly style: BandStyle;
  /** Trusted: a line with mentions, as markup; null where no one is mentioned. */
  readonly called: string | null;
  readonly person: Person;
  /** When, where, with what; what to do. */
  readonly consequences: readonly Labelled[];
  readonly log: LinkButton;
  /** Verb `again`. */
  readonly again: Button;
}

const roomForText = 120;

/**
 * The first who was seen again, and how many others; `null` while no one was.
 * @param mentions as markup
 */
export function backView(
  requestId: string,
  state: KnownRequest,
  mentions: readonly string[],
  texts: Texts,
  adminCenter: string,
): BackData | null {
  const { request, aftermath, results } = state;
  const all = [...(aftermath?.watch?.cameBack.values() ?? [])].toSorted((one, other) => one.at.localeCompare(other.at));
  const [signIn] = all;
  const target = request.targets.find(({ account }) => account.id === signIn?.accountId);
  if (!signIn || !target) return null;
  const { back, marks } = texts;
  const result = results.get(target.account.id);
  const since = result && isRevoked(result) && 'validFrom' in result ? result.validFrom : request.at;
  const others = all.length - 1;
  const { account } = target;
  const name = wordsOnly(account.name);
  return {
    lang: texts.lang,
    fallbackText: back.fallback(name === '' ? texts.accountCount(1) : name, signIn.at, request.code),
    title: back.title,
    code: request.code,
    style: 'attention',
    called: mentions.length === 0 ? null : back.called(mentions.join(marks.list)),
    person: person(target, [], texts),
    consequences: [
      { label: texts.label(back.when), text: back.after(signIn.at, Date.parse(signIn.at) - Date.parse(since)) },
      {
        label: texts.label(back.where),
        text: signIn.country === null ? texts.notAvailable : countryName(signIn.country, texts.lang),
      },
      { label: texts.label(back.app), text: shorten(signIn.app, roomForText) || texts.notAvailable },
      { label: texts.label(back.device), text: shorten(signIn.device ?? texts.notAvailable, roomForText) },
      { label: texts.label(back.kind), text: back.interactive(signIn.interactive) },
      ...(others > 0 ? [{ label: texts.label(back.others), text: texts.accountCount(others) }] : []),
      { label: back.notThem, text: nextStep(request, texts).text },
    ],
    log: { title: texts.around.openLog, url: signInLog(adminCenter, account.id) },
    again: { title: texts.againButton, requestId },
  };
}
