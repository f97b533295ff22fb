/** What a newcomer reads first: where to go, what to type, and that nothing of it is real. */
export function banner(options: { readonly url: string; readonly domain: string }): string {
  const { url, domain } = options;
  return `
Session Revoker, local mode: an emulated tenant, no cloud. Nothing real is touched, and only this machine can connect.

  1. Open      ${url}
  2. Type      revoke sessions for adele@${domain}
  3. Click     Revoke sessions, and read the result in the same conversation

  Try also     what if revoke sessions for adele@${domain}
               revoke sessions for isaiah@${domain} because phone stolen
               revoke sessions for irvin@${domain}     (fails, so that you see that, too)
               help

  till001@${domain} to till300@${domain} are there for requests about many at once.

  You are Alex, the only person at a keyboard there. A request that needs two persons, such as the second one, is
  decided here by somebody else: type the person and the code on the card, such as   megan: approve K7F3

  Stop with Ctrl+C.
`;
}
