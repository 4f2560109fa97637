/** `import` and `from … import`. */
import { childOfField, childOfType, type SyntaxNode } from '../../syntax'
import type { ImportedName, ImportFromNode, ImportNode } from '../ast'
import type { Reader } from './reader'

export function readImport(node: SyntaxNode, reader: Reader): ImportNode {
  return { kind: 'import', names: importedNames(node, reader), span: reader.spanOf(node) }
}

export function readImportFrom(node: SyntaxNode, reader: Reader): ImportFromNode {
  const from = childOfField(node, 'module_name')
  const written = from === null ? '' : reader.textOf(from).replace(/\s/g, '')
  const module = written.replace(/^\.+/, '')
  return {
    kind: 'importFrom',
    module,
    level: written.length - module.length,
    names: childOfType(node, 'wildcard_import') === null ? importedNames(node, reader) : '*',
    span: reader.spanOf(node),
  }
}

function importedNames(node: SyntaxNode, reader: Reader): ImportedName[] {
  return node.children
    .filter((child) => child.field === 'name')
    .map((child) => {
      const name = child.type === 'aliased_import' ? childOfField(child, 'name') : child
      const alias = child.type === 'aliased_import' ? childOfField(child, 'alias') : null
      return {
        name: name === null ? '' : reader.textOf(name).replace(/\s/g, ''),
        alias: alias === null ? null : reader.textOf(alias),
        span: reader.spanOf(child),
      }
    })
}
