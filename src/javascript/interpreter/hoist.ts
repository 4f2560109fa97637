import { childOfField, named, type SyntaxNode } from '../../syntax'
import type { Evaluator } from './evaluator'
import { makeFunction } from './functions'
import type { Scope } from './scope'

/** Declares the functions among a block's statements, which can be called before they are written. */
export function hoist(run: Evaluator, nodes: readonly SyntaxNode[], scope: Scope): void {
  for (const node of nodes) {
    const declared = node.type === 'export_statement' ? childOfField(node, 'declaration') : node
    if (declared?.type === 'function_declaration' || declared?.type === 'generator_function_declaration') {
      const name = childOfField(declared, 'name')
      if (name !== null)
        scope.declare(run.text(name), makeFunction(run, declared, scope, { name: run.text(name), home: null, isArrow: false }))
    } else if (node.type === 'labeled_statement') hoist(run, named(node), scope)
  }
}
