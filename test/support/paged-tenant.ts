import type { EmulatedTenant } from '../../src/local/tenant.ts';

/**
 * The tenant as Graph may page it at any time: of collections that match, the first page is empty and names a next one, in
 * which everything stands.
 */
export function withEmptyFirstPage(
  { handle }: Pick<EmulatedTenant, 'handle'>,
  isPaged: (path: string) => boolean,
): Pick<EmulatedTenant, 'handle'> {
  const pages: (string | undefined)[] = [];
  return {
    async handle(request) {
      const url = new URL(request.path, 'https://graph.example');
      const page = url.searchParams.get('$skiptoken')?.match(/^page-(\d+)$/)?.[1];
      if (page !== undefined && request.method === 'GET') {
        const body = pages[Number(page)];
        return { status: 200, headers: { 'content-type': 'application/json' }, ...(body && { body }) };
      }
      const reply = await handle(request);
      if (reply.status !== 200 || !isPaged(decodeURIComponent(request.path)) || !/"value":\[/.test(reply.body ?? ''))
        return reply;
      pages.push(reply.body);
      url.searchParams.set('$skiptoken', `page-${pages.length - 1}`);
      const next = `https://${request.headers.host}${url.pathname}${url.search}`;
      return { ...reply, body: JSON.stringify({ value: [], '@odata.nextLink': next }) };
    },
  };
}
