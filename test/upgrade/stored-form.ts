import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const source = fileURLToPath(new URL('../../src/domain/request.ts', import.meta.url));

/**
 * All that can stand in a record, as `RequestEvent` says it: one line for each value, `Type.path.to.it: what it is`, a `?`
 * where it may be left out. Sorted, so that it changes only when the form does.
 */
export function storedForm(): readonly string[] {
  const options = { strict: true, exactOptionalPropertyTypes: true, module: ts.ModuleKind.NodeNext } as const;
  const program = ts.createProgram([source], { ...options, allowImportingTsExtensions: true, noEmit: true, types: [] });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(source);
  const symbol = file && checker.getSymbolAtLocation(file);
  const found = symbol && checker.getExportsOfModule(symbol).find(({ name }) => name === 'RequestEvent');
  if (!found) throw new Error('there is no RequestEvent');
  const lines = new Set<string>();

  const parts = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);
  const isObject = (type: ts.Type) => (type.flags & ts.TypeFlags.Object) !== 0;

  const walk = (path: string, type: ts.Type): void => {
    const plain: string[] = [];
    for (const part of parts(type)) {
      const element = checker.getIndexTypeOfType(part, ts.IndexKind.Number);
      if (element && !(part.flags & ts.TypeFlags.StringLike)) walk(`${path}[]`, element);
      else if (isObject(part) || part.isIntersection()) walkObject(path, part);
      else if (!(part.flags & ts.TypeFlags.Undefined)) plain.push(checker.typeToString(part));
    }
    if (plain.length > 0) lines.add(`${path}: ${plain.toSorted().join(' | ')}`);
  };
  const walkObject = (path: string, type: ts.Type): void => {
    for (const property of checker.getPropertiesOfType(type)) {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      walk(`${path}.${property.name}${isOptional ? '?' : ''}`, checker.getTypeOfSymbol(property));
    }
  };

  for (const event of parts(checker.getDeclaredTypeOfSymbol(found))) {
    const type = event.getProperty('type');
    if (!type) throw new Error('an event without a type');
    for (const name of parts(checker.getTypeOfSymbol(type))) {
      walkObject(String((name as ts.StringLiteralType).value), event);
    }
  }
  return [...lines].filter((line) => !/^\w+\.type: /.test(line)).toSorted();
}
