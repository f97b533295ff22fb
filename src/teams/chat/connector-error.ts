import { property } from '../../base/read.ts';

/** The connector's own word for what is wrong. It goes into the log, so it is one short word or nothing, whatever was sent. */
export function codeOf(error: unknown): string | undefined {
  const code = property(property(property(error, 'body'), 'error'), 'code') ?? property(error, 'code');
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

/** The bot may ask, and this person is none of the members. Any other 404 is about the conversation, and may pass. */
export function isNoMember(error: unknown): boolean {
  return property(error, 'statusCode') === 404 && codeOf(error) === 'MemberNotFoundInConversation';
}
