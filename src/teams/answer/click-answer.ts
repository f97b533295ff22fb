import type { AdaptiveCardJson } from '../cards/render-card.ts';
import type { Texts } from '../texts/en.ts';

/** The answer to a card click. HTTP says 200 whatever it holds; Teams takes anything else as "try again". */
export type ClickAnswer =
  | {
      readonly statusCode: 200;
      readonly type: 'application/vnd.microsoft.card.adaptive';
      readonly value: AdaptiveCardJson;
    }
  | { readonly statusCode: 200; readonly type: 'application/vnd.microsoft.activity.message'; readonly value: string }
  | {
      readonly statusCode: 401;
      readonly type: 'application/vnd.microsoft.activity.loginRequest';
      readonly value: LoginCard;
    };

/** An OAuth card. Teams answers it with the same click once more, and the person's token for `uri`. */
interface LoginCard {
  readonly text: string;
  readonly connectionName: string;
  readonly tokenExchangeResource: { readonly id: string; readonly uri: string };
  readonly buttons: readonly [];
}

/** How a person is asked to sign in: the connection's name, and what the token is to be made for. */
export interface SignInRequest {
  readonly connectionName: string;
  readonly resource: string;
}

/** Only the clicker sees it. Never empty: Teams takes an empty one as a failure and clicks again. */
export function message(text: string): ClickAnswer {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text };
}

/** Asks the clicker to sign in. `id` is what Teams sends back with the token; nothing is concluded from it. */
export function login(id: string, { connectionName, resource }: SignInRequest, texts: Texts): ClickAnswer {
  const tokenExchangeResource = { id, uri: resource };
  const value = { text: texts.signIn, connectionName, tokenExchangeResource, buttons: [] } as const;
  return { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value };
}
