import type { RequestIdOf } from '../../app/ports.ts';
import type { Ask } from '../../app/submit.ts';
import type { UseCases } from '../../app/use-cases.ts';
import type { Found } from '../../domain/account.ts';
import { mayExplain } from '../../domain/explain.ts';
import { placeOf } from '../../domain/request.ts';
import { whyNotTyped } from '../../domain/who-may.ts';
import type { CardRenderer } from '../cards/render-card.ts';
import {
  miscalledLines,
  ownSuggestion,
  peopleView,
  suggestionView,
  unclearLine,
  unsureLines,
} from '../cards/unsure.ts';
import { helpView } from '../cards/what-if.ts';
import type { Roster } from '../chat/roster.ts';
import type { Sentence } from '../sentence/command.ts';
import { readSentence } from '../sentence/read-sentence.ts';
import { longestText } from '../sentence/written.ts';
import type { Texts } from '../texts/en.ts';
import { textsFor } from '../texts/texts-for.ts';
import type { Said } from '../wire/incoming.ts';
import type { LookUp } from './look-up.ts';
import type { OnDialog } from './on-dialog.ts';
import { type Reply, type ReplyTo, words } from './reply.ts';
import { whoIsMeant } from './who-is-meant.ts';

interface Deps extends Pick<UseCases, 'submit' | 'review' | 'putRight' | 'findByCode' | 'findAlike'> {
  readonly requestIdOf: RequestIdOf;
  readonly roster: Roster;
  readonly lookUp: LookUp;
  readonly why: OnDialog['why'];
  readonly cards: CardRenderer;
  readonly reply: ReplyTo;
  readonly now: () => Date;
}

type Order = Extract<Sentence, { kind: 'revoke' }>;

/** What a person says, typed or by a button. */
export function createOnMessage(deps: Deps) {
  const { submit, review, putRight, findByCode, findAlike, requestIdOf, roster, lookUp, why, cards, reply, now } = deps;

  return {
    said: (heard: Said): Promise<Reply> | Reply =>
      isTooLong(heard.words) ? words(textsFor(heard.by.locale).tooLong) : answer(heard, readSentence(heard.words)),
    /** Never an order: a person who meant one is told. */
    edited(by: Said['by'], sent: Said['words']): Reply {
      const kind = isTooLong(sent) ? 'unknown' : readSentence(sent).kind;
      const isOrder = kind === 'revoke' || kind === 'revokeMine' || kind === 'decide';
      return isOrder ? words(textsFor(by.locale).editedIsNoOrder) : words();
    },
    answer,
  };

  async function answer(heard: Said, sentence: Sentence): Promise<Reply> {
    const texts = textsFor(heard.by.locale);
    switch (sentence.kind) {
      case 'revoke':
        return revoke(heard, sentence);
      case 'perhaps':
        return suggest(heard, sentence, []);
      case 'unsure':
        return words(...unsureLines(sentence, texts));
      case 'revokeMine':
        return reply(await ask(heard, 'self', sentence.reason, false), texts);
      case 'decide':
        return decide(heard, sentence);
      case 'status':
      case 'history':
        return lookUp.asked(heard.by, sentence);
      case 'help':
        return { lines: [], card: cards.render('help', helpView(texts)) };
      case 'unknown':
        return words(texts.hint);
      default:
        return sentence satisfies never;
    }
  }

  async function revoke(heard: Said, order: Order): Promise<Reply> {
    const texts = textsFor(heard.by.locale);
    const { targets, unclear, reason, dryRun } = order;
    if (unclear.length > 0 && targets.length > 0) return suggest(heard, order, [unclearLine(unclear, texts)]);
    if (unclear.length > 0) return alike(heard, order, unclear.join(' '), unclearLine(unclear, texts));
    if (targets.length === 0) return words(texts.noOneNamed);
    const meant = await whoIsMeant(roster, heard.by, targets);
    if ('lines' in meant) return meant;
    const submitted = await ask(heard, meant.references, reason, dryRun);
    if (submitted.kind === 'miscalled') return suggest(heard, order, miscalledLines(submitted.miscalled, texts));
    const said = reply(submitted, texts);
    if (submitted.kind === 'refused' && submitted.own) {
      return { ...said, card: cards.render('suggestion', ownSuggestion(texts)) };
    }
    const [only, another] = submitted.kind === 'noOneLeft' ? submitted.omitted : [];
    if (!only || another) return said;
    if (only.code === 'ambiguous') return offer(only.found, order, said.lines, texts);
    return only.code === 'notFound' ? alike(heard, order, only.asked, ...said.lines) : said;
  }

  /** Who could be meant, for a person who may ask; else the words alone, which are the same for every name. */
  async function alike({ by }: Said, order: Order, typed: string, ...lines: readonly string[]): Promise<Reply> {
    return offer(await findAlike(by.person, typed), order, lines, textsFor(by.locale));
  }

  function offer(people: readonly Found[], order: Order, lines: readonly string[], texts: Texts): Reply {
    if (people.length === 0) return words(...lines);
    const { reason, dryRun } = order;
    const button = {
      title: dryRun ? texts.whatIfTitle(1) : texts.requestApproval,
      says: (who: string) => texts.order([who], reason, dryRun),
    };
    return { lines, card: cards.render('suggestion', peopleView(people, lines, button, texts)) };
  }

  /** Nothing is looked up for it: the answer is the same for every name and every person. */
  async function suggest(
    heard: Said,
    { targets, reason, dryRun }: Pick<Order, 'targets' | 'reason' | 'dryRun'>,
    lines: readonly string[],
  ): Promise<Reply> {
    const texts = textsFor(heard.by.locale);
    const found = await whoIsMeant(roster, heard.by, targets);
    if ('lines' in found) return found;
    const meant = found.references.map(({ text, kind }) => ({ reference: { text, kind }, shown: text }));
    return { lines, card: cards.render('suggestion', suggestionView({ meant, reason, dryRun, lines }, texts)) };
  }

  function ask({ by, activityId }: Said, targets: Ask['targets'], reason: string | null, dryRun: boolean) {
    const { person, conversation, locale } = by;
    const requestId = requestIdOf(conversation.id, activityId, person.id);
    return submit({ requestId, by: person, conversation, targets, reason, dryRun, locale });
  }

  async function decide({ by, saidAt }: Said, sentence: Extract<Sentence, { kind: 'decide' }>): Promise<Reply> {
    const { verb, code, reason } = sentence;
    const { person, conversation } = by;
    const texts = textsFor(by.locale);
    const found = await findByCode(code, placeOf(conversation.id));
    if (found === null) return words(texts.refusals.unknownRequest);
    const refused = whyNotTyped(found.state, saidAt ?? now().toISOString());
    if (refused !== null) return words(texts.refusals[refused]);
    const { requestId } = found;
    // Denied by this person, with a button or without a reason.
    if (verb === 'deny' && reason !== undefined && mayExplain(found.state, person.id)) {
      return why({ by, requestId, reason });
    }
    const { id: where, serviceUrl } = conversation;
    const learning = putRight(requestId, { where, serviceUrl, messageId: null, shows: 'card' });
    const click = { requestId, verb, by: person, where, ...(reason === undefined ? {} : { reason }) };
    const said = reply({ kind: 'reviewed', click, reviewed: await review(click) }, texts);
    await learning;
    return said;
  }
}

const isTooLong = ({ text }: Said['words']) => typeof text === 'string' && text.length > longestText;
