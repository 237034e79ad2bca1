/** oxlint plugin `vicinal`: the import rules of ARCHITECTURE.md and "the environment is read in config.ts only". */
import { dirname, join, relative } from 'node:path';
import { isTest, whyForbidden } from './import-table.ts';

interface Node {
  readonly type: string;
}
interface ImportNode extends Node {
  readonly source: { readonly type: string; readonly value?: unknown } | null;
}
interface MemberNode extends Node {
  readonly object: { readonly type: string; readonly name?: string };
  readonly property: { readonly type: string; readonly name?: string };
}
interface RuleContext {
  readonly filename: string;
  readonly cwd: string;
  report(descriptor: { node: Node; message: string }): void;
}

const imports = {
  create(context: RuleContext) {
    const file = relative(context.cwd, context.filename);
    const check = (node: ImportNode): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const reason = whyForbidden(file, resolve(file, specifier));
      if (reason !== undefined) context.report({ node, message: `${specifier}: ${reason}` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** A relative or workspace specifier becomes a path from the repository's root; others stay. */
function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  const workspace = /^@vicinal\/(\w+)\/(.+)$/.exec(specifier);
  if (workspace === null) return specifier;
  const [, name = '', path = ''] = workspace;
  return name === 'infra' ? `infra/${path}` : `${name}/src/${path}`;
}

const environment = {
  create(context: RuleContext) {
    const file = relative(context.cwd, context.filename);
    if (!/^(shared|signaling|archiver|client)\/src\//.test(file) || isTest(file) || /^\w+\/src\/config\.ts$/.test(file))
      return {};
    return {
      MemberExpression(node: MemberNode) {
        if (node.object.name === 'process' && node.property.name === 'env') {
          context.report({ node, message: 'the environment is read in config.ts only' });
        }
      },
    };
  },
};

// oxlint loads a plugin's default export.
export default { meta: { name: 'vicinal' }, rules: { imports, environment } };
