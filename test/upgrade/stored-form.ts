import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ours = fileURLToPath(new URL('../../src/domain/request.ts', import.meta.url));

/**
 * All that can stand in a record, as `RequestEvent` says it: one line for each value, `Type.path.to.it: what it is`, a `?`
 * where it may be left out, a `~` where only some variants have it. Sorted, so that it changes only when the form does.
 * @param source path of the file that has `RequestEvent`
 */
export function storedForm(source = ours): readonly string[] {
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
    const objects: ts.Type[] = [];
    for (const part of parts(type)) {
      const element = checker.getIndexTypeOfType(part, ts.IndexKind.Number);
      if (element && !(part.flags & ts.TypeFlags.StringLike)) walk(`${path}[]`, element);
      else if (isObject(part) || part.isIntersection()) objects.push(part);
      else if (!(part.flags & ts.TypeFlags.Undefined)) plain.push(checker.typeToString(part));
    }
    if (plain.length > 0) lines.add(`${path}: ${plain.toSorted().join(' | ')}`);
    walkObjects(path, objects);
  };
  const walkObjects = (path: string, variants: readonly ts.Type[]): void => {
    const isOptional = (property: ts.Symbol) => (property.flags & ts.SymbolFlags.Optional) !== 0;
    const isInEach = (name: string) =>
      variants.every((variant) => {
        const property = variant.getProperty(name);
        return property && !isOptional(property);
      });
    for (const property of variants.flatMap((variant) => checker.getPropertiesOfType(variant))) {
      const mark = isOptional(property) ? '?' : isInEach(property.name) ? '' : '~';
      walk(`${path}.${property.name}${mark}`, checker.getTypeOfSymbol(property));
    }
  };

  for (const event of parts(checker.getDeclaredTypeOfSymbol(found))) {
    const type = event.getProperty('type');
    if (!type) throw new Error('an event without a type');
    for (const name of parts(checker.getTypeOfSymbol(type))) {
      walkObjects(String((name as ts.StringLiteralType).value), [event]);
    }
  }
  return [...lines].filter((line) => !/^\w+\.type: /.test(line)).toSorted();
}
