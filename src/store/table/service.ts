import {
  AzureNamedKeyCredential,
  TableClient,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import { CallFailure, type Deadline, deadlineIn, failureOf, repeated, type Times, unclearAnswer } from './calls.ts';

/** What gets a token: anything from @azure/identity. */
export interface Credential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Properties of a row as they are read; what another writer left may be anything. */
export type Row = Readonly<Record<string, unknown>> & { readonly rowKey: string; readonly etag: string };

/** A row to be written. 64-bit integers are bigints. */
export type NewRow = Readonly<Record<string, string | number | boolean | bigint>> & { readonly rowKey: string };

interface Page {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/** Rows from `from` up to, not including, `to`, in the order of their keys. */
export interface Wanted {
  readonly from: string;
  readonly to: string;
  /** Only these properties, and the key; `null`: all. */
  readonly properties: readonly string[] | null;
  /** Rows in one page; as many as the service gives when there is none. */
  readonly most?: number;
}

/** The table, one request a call, never repeated here. @throws CallFailure */
export interface TableService {
  /** For messages: the address, without any key. */
  readonly name: string;
  create(signal: AbortSignal): Promise<void>;
  get(rowKey: string, properties: readonly string[] | null, signal: AbortSignal): Promise<Row | null>;
  page(wanted: Wanted, next: string | undefined, signal: AbortSignal): Promise<Page>;
  /** All or none. Answers the new ETags, in the order of the changes. */
  transact(changes: readonly Change[], signal: AbortSignal): Promise<readonly (string | undefined)[]>;
}

/**
 * Reads again until it works or the time is over: until `deadline`, or each call as long as `times` say.
 * @throws StoreError
 */
export function createReader(table: TableService, times: Times, what = 'the store cannot be read') {
  return {
    get: (rowKey: string, properties: readonly string[] | null, deadline = deadlineIn(times)): Promise<Row | null> =>
      repeated(deadline, what, (signal) => table.get(rowKey, properties, signal)),
    /** Page by page, as they are wanted; some may be empty. */
    async *pages(wanted: Wanted, deadline?: Deadline): AsyncGenerator<readonly Row[]> {
      let next: string | undefined;
      do {
        const from = next;
        const page = await repeated(deadline ?? deadlineIn(times), what, (signal) => table.page(wanted, from, signal));
        yield page.rows;
        next = page.next;
      } while (next !== undefined);
    },
  };
}

export type TableReader = ReturnType<typeof createReader>;

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];
type Wire = { readonly sendRequest: Parameters<Policy['sendRequest']>[1] };
/** The same wire, with an observer. */
export type Watch = (wire: Wire) => Wire;

const tableName = 'SessionRevoker';
/** All rows are in one partition: only there a transaction can hold them together. */
const partition = 'trail';

/** Of a transaction, in the SDK's form. */
export type Change = TransactionAction;
const entity = (row: NewRow) => ({ partitionKey: partition, ...row });
export const change = {
  /** Fails with `exists` when the row is there. */
  add: (row: NewRow): Change => ['create', entity(row)],
  put: (row: NewRow): Change => ['upsert', entity(row), 'Replace'],
  /** Fails with `changed` when the row is not the one with that ETag. */
  replace: (row: NewRow, etag: string): Change => ['update', entity(row), 'Replace', { etag }],
  /** Fails with `absent` when the row is not there. */
  remove: (rowKey: string): Change => ['delete', { partitionKey: partition, rowKey }],
};

/**
 * Azure Table Storage, or an emulator of it. The proxy comes from the environment, as for Graph. Nothing is repeated and
 * no redirect is followed here: whether a write may be sent again is known to the one who sent it.
 * @param access an account with its key, or what gets a token; storage's scope is the same in every cloud
 */
export function connectTable(
  endpoint: string,
  access: { readonly name: string; readonly key: string } | Credential,
  watch: Watch = (wire) => wire,
): TableService {
  const options = {
    allowInsecureConnection: endpoint.startsWith('http:'),
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'session-revoker' },
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'watch',
          sendRequest: (request, next) => watch({ sendRequest: next }).sendRequest(request),
        },
      },
    ],
  } satisfies TableServiceClientOptions;
  const client =
    'getToken' in access
      ? new TableClient(endpoint, tableName, asSignIn(access), options)
      : new TableClient(endpoint, tableName, new AzureNamedKeyCredential(access.name, access.key), options);
  const select = (properties: readonly string[] | null) => (properties ? { select: ['RowKey', ...properties] } : {});

  return {
    name: `${endpoint}/${tableName}`,
    create: (abortSignal) => failing(client.createTable({ abortSignal })),
    async get(rowKey, properties, abortSignal) {
      try {
        const queryOptions = select(properties);
        const row = (await failing(client.getEntity(partition, rowKey, { abortSignal, queryOptions }))) as Row;
        if (typeof row.etag !== 'string') throw unclearAnswer();
        return row;
      } catch (error) {
        if ((error as CallFailure).kind === 'absent') return null;
        throw error;
      }
    },
    async page({ from, to, properties, most }, next, abortSignal) {
      const filter = `PartitionKey eq '${partition}' and RowKey ge '${from}' and RowKey lt '${to}'`;
      let isList = false;
      const onResponse = ({ parsedBody }: { parsedBody?: { value?: unknown } }) => {
        isList = Array.isArray(parsedBody?.value);
      };
      const pages = client
        .listEntities({ abortSignal, onResponse, queryOptions: { filter, ...select(properties) } })
        .byPage({
          ...(next === undefined ? {} : { continuationToken: next }),
          ...(most === undefined ? {} : { maxPageSize: most }),
        });
      const { value } = await failing(pages.next());
      // To the SDK an answer without a list is an empty one, and then a request would not be there.
      if (!isList) throw unclearAnswer();
      return { rows: (value ?? []) as Row[], next: value?.continuationToken };
    },
    async transact(changes, abortSignal) {
      const answer = await failing(client.submitTransaction([...changes], { abortSignal }));
      // Half an answer says nothing: what was cut off may have been the refusal.
      if (answer.subResponses.length !== changes.length) throw unclearAnswer();
      return answer.subResponses.map(({ etag }) => etag);
    },
  };
}

async function failing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw failureOf(error);
  }
}

/** The credential with one kind of failure, whatever failed. */
const asSignIn = (credential: Credential): Credential => ({
  async getToken(scopes, options) {
    try {
      const token = await credential.getToken(scopes, options);
      if (token) return token;
      throw new Error('the credential has none');
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'unknown error';
      throw new CallFailure('signIn', `no token for storage (${name})`, { cause });
    }
  },
});
