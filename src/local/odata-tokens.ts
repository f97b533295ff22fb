import { badRequest, type GraphFault } from './graph-errors.ts';

/** The words, literals and signs of a $filter, read one after another. Throws a GraphFault where the text is not OData. */
export interface FilterTokens {
  /** Steps over the word or sign if it comes next. */
  take(text: string): boolean;
  expect(text: string): void;
  word(): string;
  /** A string literal without its quotes; undefined for `true`, `false` and `null`. */
  string(): string | undefined;
  end(): void;
  /** A syntax error at the place reached. */
  fault(): GraphFault;
}

interface Token {
  readonly kind: 'word' | 'string' | 'sign';
  readonly text: string;
  readonly end: number;
}

const pattern = /\s*(?:(?<word>[A-Za-z_][\w.]*)|'(?<string>(?:[^']|'')*)'|(?<sign>[(),:/]))/y;
// The parser goes one call deeper for each; nobody writes so many.
const maxParentheses = 100;

export function tokenize(filter: string): FilterTokens {
  const tokens = scan(filter);
  let next = 0;
  const fault = () => syntaxFault(filter, tokens[next - 1]?.end ?? 0);

  const take = (text: string) => {
    const token = tokens[next];
    if (token === undefined || token.kind === 'string' || token.text !== text) return false;
    next += 1;
    return true;
  };
  const read = (kind: Token['kind']) => {
    const token = tokens[next];
    if (token?.kind !== kind) throw fault();
    next += 1;
    return token.text;
  };
  return {
    take,
    expect(text) {
      if (!take(text)) throw fault();
    },
    word: () => read('word'),
    string() {
      if (take('true') || take('false') || take('null')) return undefined;
      return read('string');
    },
    end() {
      if (next < tokens.length) throw fault();
    },
    fault,
  };
}

function scan(filter: string): readonly Token[] {
  const text = filter.trimEnd();
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    pattern.lastIndex = position;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw syntaxFault(filter, position);
    position = pattern.lastIndex;
    if (groups.word !== undefined) tokens.push({ kind: 'word', text: groups.word, end: position });
    else if (groups.sign !== undefined) tokens.push({ kind: 'sign', text: groups.sign, end: position });
    else tokens.push({ kind: 'string', text: (groups.string ?? '').replaceAll("''", "'"), end: position });
  }
  if (tokens.filter((token) => token.kind === 'sign' && token.text === '(').length > maxParentheses) {
    throw badRequest('Invalid filter clause: Recursion depth exceeded allowed limit.');
  }
  return tokens;
}

const syntaxFault = (filter: string, position: number) =>
  badRequest(`Invalid filter clause: Syntax error at position ${position} in '${filter}'.`);
