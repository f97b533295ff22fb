import type { AlreadyOpen } from '../../app/submit.ts';
import type { KnownRequest } from '../../domain/request.ts';
import type { Texts } from '../texts/en.ts';
import { leftOutLines } from './left-out.ts';
import { literalText } from './literal-run.ts';
import { shownPerson } from './shown.ts';

/** The address of a request's card, where there is one. */
export type LinkTo = (state: KnownRequest) => string | null;

interface Deps {
  readonly linkTo: LinkTo;
  readonly now: () => Date;
}

/** Says, in plain text, which open request answers what was asked. */
export function createOpenLines({ linkTo, now }: Deps) {
  return ({ state, omitted }: AlreadyOpen, texts: Texts): readonly string[] => {
    const { code, by, at, expiresAt } = state.request;
    const url = linkTo(state);
    return [
      texts.alreadyOpen(code, at, now()),
      literalText(texts.lookUp.askedBy(shownPerson(by), at)),
      texts.lookUp.waitsUntil(at, expiresAt),
      ...(url === null ? [] : [url]),
      ...leftOutLines(omitted, texts),
    ];
  };
}

export type OpenLines = ReturnType<typeof createOpenLines>;
