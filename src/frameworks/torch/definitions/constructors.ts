/** Constructor calls of layers that carry parameters, found in the source alone. */
import type { Span } from '../../../graph'
import type { CallNode } from '../../../python/ast'
import type { ClassValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import type { ReadDefinition } from '../../reading'
import { layers } from '../layers'
import { lazyLayers } from '../layers/lazy'
import { dotted, type Survey } from '../source/survey'
import { standaloneOf } from './standalone'

/** Names of torch.nn's layers that draw parameters, alone or by the layers they are made of. */
export const parametricLayers: ReadonlySet<string> = new Set([
  ...layers.filter(({ draw, name }) => draw !== undefined && !name.startsWith('_')).map(({ name }) => name),
  'TransformerEncoderLayer',
  'TransformerDecoderLayer',
  'Transformer',
  'AdaptiveLogSoftmaxWithLoss',
  ...lazyLayers.map(({ name }) => name),
])

export interface ConstructorCall {
  /** null where it is known from what it made alone. */
  readonly node: CallNode | null
  readonly span: Span
  /** `torch.nn.Conv2d`. */
  readonly callee: string
  /** Name of the class or function that it is written in, innermost function and class; null at the file's own level. */
  readonly enclosingClass: string | null
  readonly enclosingFunction: string | null
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

/** Which constructors of a framework carry parameters, and what one says alone. */
export interface ConstructorRules {
  /** The layer that a qualified name is; null for other names. */
  readonly layerOf: (qualified: string) => string | null
  readonly layerOfClass: (cls: ClassValue) => string | null
  /** Modules of layers, of which a file may import every name. */
  readonly starred: readonly string[]
  readonly standaloneOf: (layer: InstanceValue) => ReadDefinition['standalone']
}

export const torchConstructors: ConstructorRules = { layerOf, layerOfClass, starred: ['torch.nn'], standaloneOf }

/** The class that attributes lead to from a module that the file binds to a name: `L = keras.layers`, then `L.Dense`. */
function memberOf(value: Value | undefined, path: readonly string[]): Value | undefined {
  const [next, ...rest] = path
  if (next === undefined || value?.kind !== 'module') return next === undefined ? value : undefined
  return memberOf(value.attributes.get(next) ?? value.lookup?.(next), rest)
}

/** All of them, in the order of the source. Calls through variables (`norm_layer(planes)`) are found only by running the file. */
export function constructorCalls(survey: Survey, namespace: ModuleValue, rules: ConstructorRules): readonly ConstructorCall[] {
  const resolved = new Map<string, string | null>()
  const resolve = (name: string): string | null => {
    const known = resolved.get(name)
    if (known !== undefined) return known
    // A class that derives from itself, through others, leads nowhere.
    resolved.set(name, null)
    const found = layerNamed(name, survey, namespace, rules, resolve)
    resolved.set(name, found)
    return found
  }
  return survey.calls.flatMap(({ call, className, functionName }): ConstructorCall[] => {
    const name = dotted(call.callee)
    const callee = name === null ? null : resolve(name)
    return callee === null ? [] : [{ node: call, span: call.span, callee, enclosingClass: className, enclosingFunction: functionName }]
  })
}

/** What a dotted name is by the file's classes, its namespace as it was run, and its imports. */
function layerNamed(
  name: string,
  survey: Survey,
  namespace: ModuleValue,
  rules: ConstructorRules,
  resolve: (name: string) => string | null,
): string | null {
  const [first = '', ...rest] = name.split('.')
  if (rest.length === 0) {
    for (const base of survey.bases.get(first) ?? []) {
      const found = resolve(base)
      if (found !== null) return found
    }
  }
  const known = memberOf(namespace.attributes.get(first), rest)
  const found = known?.kind === 'class' ? rules.layerOfClass(known) : null
  if (found !== null) return found
  if (rest.length === 0) {
    for (const module of survey.starred) {
      const starred = rules.starred.includes(module) ? rules.layerOf(`${module}.${first}`) : null
      if (starred !== null) return starred
    }
  }
  const origin = survey.imported.get(first)
  return origin === undefined ? null : rules.layerOf([origin, ...rest].join('.'))
}
