import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2024.d.ts'],
  types: ['node'],
  strict: true,
  declaration: true,
  emitDeclarationOnly: true,
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
};

/** Declarations of a module and all that it imports, by their paths without an ending. @throws Error when it does not compile */
function emitted(entry: string): Map<string, string> {
  const files = new Map<string, string>();
  const program = ts.createProgram([entry], options);
  const { diagnostics } = program.emit(undefined, (path, text) =>
    files.set(resolve(path.replace(/\.d\.ts$/, '')), text),
  );
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (wrong.length === 0) return files;
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => process.cwd(), getNewLine: () => '\n' };
  throw new Error(ts.formatDiagnostics(wrong, host));
}

interface Flat {
  statements: string[];
  /** What the entry exports. */
  names: Set<string>;
  declared: Map<string, string>;
}

/** All declarations of a module as one file that imports nothing: names must be unique over its modules. */
export function flatDeclarations(entry: string): string {
  const files = emitted(entry);
  const flat: Flat = { statements: [], names: new Set(), declared: new Map() };
  const seen = new Set<string>();
  const visit = (path: string, exported: boolean): void => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`There are no declarations of ${path}`);
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    const again = seen.has(path);
    seen.add(path);
    for (const statement of source.statements) {
      const from = importOf(statement);
      if (from !== undefined) {
        const all = ts.isExportDeclaration(statement) && !statement.exportClause;
        if (exported && ts.isExportDeclaration(statement)) addNames(flat, statement);
        const target = join(dirname(path), from.replace(/\.ts$/, ''));
        if (!seen.has(target) || (exported && all)) visit(target, exported && all);
      } else if (!again) addStatement(flat, statement, source, exported);
    }
  };
  visit(resolve(entry.replace(/\.ts$/, '')), true);
  return `${flat.statements.join('\n')}\nexport { ${[...flat.names].sort().join(', ')} };\n`;
}

/** The module that a statement names; only our own may be named. */
function importOf(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier } = statement;
  if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return undefined;
  if (!moduleSpecifier.text.startsWith('.')) throw new Error(`The SDK's types need ${moduleSpecifier.text}`);
  return moduleSpecifier.text;
}

function addNames({ names }: Flat, { exportClause }: ts.ExportDeclaration): void {
  if (!exportClause) return;
  if (!ts.isNamedExports(exportClause)) throw new Error('A namespace is exported');
  for (const { name, propertyName } of exportClause.elements) {
    if (propertyName) throw new Error(`${name.text} is exported under another name`);
    names.add(name.text);
  }
}

function addStatement(flat: Flat, statement: ts.Statement, source: ts.SourceFile, exported: boolean): void {
  if (ts.isExportDeclaration(statement)) return;
  for (const name of namesOf(statement)) {
    const other = flat.declared.get(name);
    if (other !== undefined) throw new Error(`${name} is declared in ${other} and ${source.fileName}`);
    flat.declared.set(name, source.fileName);
    if (exported) flat.names.add(name);
  }
  flat.statements.push(
    statement
      .getFullText(source)
      .trim()
      .replace(/^((?:\/\*\*[^]*?\*\/\s*)?)export (?=\w)/, '$1'),
  );
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''));
  const isNamed =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}
