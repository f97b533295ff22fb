import { type Answer, context, ok, selected } from './graph-answers.ts';
import { GraphFault } from './graph-errors.ts';
import { compileFilter } from './odata-filter.ts';
import type { RequestTarget } from './request-target.ts';
import { selectUser, type UserView } from './user-properties.ts';

const defaultPageSize = 100;

/** A page of users, with a link to the next where there is more. Throws a GraphFault. */
export function listUsers(
  users: readonly UserView[],
  target: RequestTarget,
  headers: Readonly<Record<string, string>>,
): Answer {
  const { version, select, filter, count } = target;
  const advanced = count && headers.consistencylevel?.toLowerCase() === 'eventual';
  const test = filter === undefined ? () => true : compileFilter(filter, advanced);
  const found = users.filter(({ person }) => test(person));
  const size = target.top ?? defaultPageSize;
  const start = readSkipToken(target.skipToken, found.length);
  const end = start + size;
  const answer = ok({
    '@odata.context': context(version, `users${selected(select)}`),
    ...(advanced && { '@odata.count': found.length }),
    ...(end < found.length && { '@odata.nextLink': nextLink(target, headers, end) }),
    value: found.slice(start, end).map((view) => selectUser(view, version, select)),
  });
  const savings = (select === undefined ? 0 : 1) + (size < 20 ? 1 : 0);
  return { ...answer, resourceUnits: Math.max(1, 2 - savings) };
}

function nextLink(target: RequestTarget, headers: Readonly<Record<string, string>>, start: number): string {
  const query = [
    target.filter !== undefined && `$filter=${encodeURIComponent(target.filter)}`,
    target.select !== undefined && `$select=${encodeURIComponent(target.select.join(','))}`,
    target.top !== undefined && `$top=${target.top}`,
    target.count && '$count=true',
    `$skiptoken=${Buffer.from(String(start)).toString('base64url')}`,
  ].filter((option) => option !== false);
  const host = headers.host ?? 'graph.microsoft.com';
  return `https://${host}/${target.version}/${target.segments.join('/')}?${query.join('&')}`;
}

function readSkipToken(token: string | undefined, length: number): number {
  if (token === undefined) return 0;
  const text = Buffer.from(token, 'base64url').toString();
  if (/^\d{1,9}$/.test(text) && Number(text) <= length) return Number(text);
  throw new GraphFault(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );
}
