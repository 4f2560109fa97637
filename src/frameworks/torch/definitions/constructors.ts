/** Constructor calls of layers that carry parameters, found in the source alone. */
import type { Span } from '../../../graph'
import type { ClassNode, Expression, ModuleNode } from '../../../python/ast'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { layers } from '../layers'
import { nodeOfKind, nodesIn } from '../source/nodes'

/** Names of torch.nn's layers that draw parameters, alone or by the layers they are made of. */
export const parametricLayers: ReadonlySet<string> = new Set([
  ...layers.filter(({ draw, name }) => draw !== undefined && !name.startsWith('_')).map(({ name }) => name),
  'TransformerEncoderLayer',
  'TransformerDecoderLayer',
  'Transformer',
  'AdaptiveLogSoftmaxWithLoss',
  'LazyLinear',
  ...['Conv', 'ConvTranspose', 'BatchNorm', 'InstanceNorm'].flatMap((name) => [1, 2, 3].map((rank) => `Lazy${name}${rank}d`)),
])

export interface ConstructorCall {
  readonly span: Span
  /** `torch.nn.Conv2d`. */
  readonly callee: string
  /** Name of the class or function that it is written in, innermost function and class; null at the file's own level. */
  readonly enclosingClass: string | null
  readonly enclosingFunction: string | null
}

/** What names stand for by the file's imports, wherever they are written: `nn` → `torch.nn`, `L` → `torch.nn.Linear`. */
function importedNames(module: ModuleNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const node of nodesIn(module)) {
    for (const { name, alias } of nodeOfKind(node, 'import')?.names ?? [])
      names.set(alias ?? name.split('.', 1)[0] ?? name, alias === null ? (name.split('.', 1)[0] ?? name) : name)
    const from = nodeOfKind(node, 'importFrom')
    if (from === undefined || from.level > 0) continue
    if (from.names === '*') {
      if (from.module === 'torch.nn') for (const layer of parametricLayers) names.set(layer, `torch.nn.${layer}`)
      continue
    }
    for (const { name, alias } of from.names) names.set(alias ?? name, `${from.module}.${name}`)
  }
  return names
}

/** `a.b.c` of names and attributes; null for other expressions. */
function dotted(node: Expression): string | null {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'attribute') return null
  const object = dotted(node.object)
  return object === null ? null : `${object}.${node.name}`
}

/** The layer of torch.nn that a qualified name is, by whatever submodule it is reached. */
function layerOf(qualified: string): string | null {
  const name = qualified.slice(qualified.lastIndexOf('.') + 1)
  return qualified.startsWith('torch.nn.') && parametricLayers.has(name) ? `torch.nn.${name}` : null
}

/** The layer that a class value is, or derives from. */
export function layerOfClass(cls: ClassValue): string | null {
  for (const each of cls.mro) {
    const found = layerOf(each.qualifiedName)
    if (found !== null) return found
  }
  return null
}

function classLayer(value: Value | undefined): string | null {
  return value?.kind === 'class' ? layerOfClass(value) : null
}

/** All of them, in the order of the source. Calls through variables (`norm_layer(planes)`) are found only by running the file. */
export function constructorCalls(module: ModuleNode, namespace: ModuleValue): readonly ConstructorCall[] {
  const imported = importedNames(module)
  const localBases = new Map<string, readonly string[]>()
  for (const node of nodesIn(module)) {
    const cls = nodeOfKind(node, 'class')
    if (cls !== undefined) localBases.set(cls.name, basesOf(cls))
  }
  const resolve = (name: string, depth = 0): string | null => {
    if (depth > 8) return null
    const [first = '', ...rest] = name.split('.')
    if (rest.length === 0) {
      for (const base of localBases.get(first) ?? []) {
        const found = resolve(base, depth + 1)
        if (found !== null) return found
      }
      const known = classLayer(namespace.attributes.get(first))
      if (known !== null) return known
    }
    const origin = imported.get(first)
    return origin === undefined ? null : layerOf([origin, ...rest].join('.'))
  }
  const found: ConstructorCall[] = []
  const waiting: Scope[] = [{ root: module, className: null, functionName: null }]
  for (let scope = waiting.pop(); scope !== undefined; scope = waiting.pop()) {
    for (const node of nodesIn(scope.root, isScope)) {
      const call = nodeOfKind(node, 'call')
      const name = call === undefined ? null : dotted(call.callee)
      const callee = name === null ? null : resolve(name)
      if (call !== undefined && callee !== null) {
        found.push({ span: call.span, callee, enclosingClass: scope.className, enclosingFunction: scope.functionName })
      }
      if (node === scope.root) continue
      const cls = nodeOfKind(node, 'class')
      if (cls !== undefined) waiting.push({ root: cls, className: cls.name, functionName: null })
      const fn = nodeOfKind(node, 'functionDefinition')
      if (fn !== undefined) waiting.push({ root: fn, className: scope.className, functionName: fn.function.name })
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start)
}

interface Scope {
  readonly root: object
  readonly className: string | null
  readonly functionName: string | null
}

function isScope(node: object): boolean {
  return nodeOfKind(node, 'class') !== undefined || nodeOfKind(node, 'functionDefinition') !== undefined
}

function basesOf(cls: ClassNode): readonly string[] {
  return cls.arguments.flatMap(({ kind, value }) => (kind === 'positional' ? (dotted(value) ?? []) : []))
}
