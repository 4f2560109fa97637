/** `def`, `lambda` and their parameters. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import type { Expression, FunctionNode, LambdaNode, ParameterKind, ParameterNode } from '../ast'
import { readExpression } from './expressions'
import type { Reader } from './reader'
import { readBlock } from './statements'

export function readFunction(node: SyntaxNode, reader: Reader): FunctionNode {
  const name = childOfField(node, 'name')
  const returns = childOfField(node, 'return_type')
  const body = childOfField(node, 'body')
  const state = { isGenerator: false }
  reader.functions.push(state)
  const statements = body === null ? [] : readBlock(body, reader)
  reader.functions.pop()
  return {
    kind: 'function',
    name: name === null ? '' : reader.nameOf(name),
    nameSpan: reader.spanOf(name ?? node),
    parameters: readParameters(childOfField(node, 'parameters'), reader),
    returns: returns === null ? null : readExpression(returns, reader),
    body: statements,
    isAsync: childOfType(node, 'async') !== null,
    isGenerator: state.isGenerator,
    isLambda: false,
    span: reader.spanOf(node),
  }
}

export function readLambda(node: SyntaxNode, reader: Reader): LambdaNode {
  const body = childOfField(node, 'body')
  const state = { isGenerator: false }
  reader.functions.push(state)
  const value = body === null ? reader.invalidExpression(node) : readExpression(body, reader)
  reader.functions.pop()
  const span = reader.spanOf(node)
  return {
    kind: 'lambda',
    span,
    function: {
      kind: 'function',
      name: '<lambda>',
      nameSpan: span,
      parameters: readParameters(childOfField(node, 'parameters'), reader),
      returns: null,
      body: [{ kind: 'return', value, span: value.span }],
      isAsync: false,
      isGenerator: state.isGenerator,
      isLambda: true,
      span,
    },
  }
}

function readParameters(node: SyntaxNode | null, reader: Reader): ParameterNode[] {
  const parameters: ParameterNode[] = []
  let kind: ParameterKind = 'positional'
  for (const child of node === null ? [] : named(node)) {
    if (child.type === 'positional_separator') {
      for (const [index, before] of parameters.entries()) parameters[index] = { ...before, kind: 'positionalOnly' }
    } else if (child.type === 'keyword_separator') kind = 'keywordOnly'
    else if (child.type === 'ERROR') reader.error(child)
    else {
      const parameter = readParameter(child, kind, reader)
      if (parameter === null) continue
      parameters.push(parameter)
      if (parameter.kind === 'star') kind = 'keywordOnly'
    }
  }
  return parameters
}

function readParameter(node: SyntaxNode, kind: ParameterKind, reader: Reader): ParameterNode | null {
  const annotation = childOfField(node, 'type')
  const defaultValue = childOfField(node, 'value')
  const target = node.type === 'typed_parameter' ? named(node)[0] : (childOfField(node, 'name') ?? node)
  if (target === undefined) return null
  const inner = target.type === 'list_splat_pattern' || target.type === 'dictionary_splat_pattern' ? named(target)[0] : target
  if (inner === undefined || inner.type !== 'identifier') {
    reader.error(node)
    return null
  }
  return {
    kind: target.type === 'list_splat_pattern' ? 'star' : target.type === 'dictionary_splat_pattern' ? 'doubleStar' : kind,
    name: reader.nameOf(inner),
    annotation: optional(annotation, reader),
    defaultValue: optional(defaultValue, reader),
    span: reader.spanOf(node),
  }
}

function optional(node: SyntaxNode | null, reader: Reader): Expression | null {
  return node === null ? null : readExpression(node, reader)
}
