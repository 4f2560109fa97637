/** Scopes of a linen model: where the parameters of a module are kept, by its path, for one traced run. */
import type { InstanceValue } from '../../../python/values'
import type { Storage, TensorValue } from '../../torch/tensor'

export interface Scope {
  /** `ResNetBlock_0.Conv_1`; `''` is the root. */
  readonly path: string
  readonly children: Map<string, Scope>
  readonly parameters: Map<string, TensorValue>
  /** Modules made in the compact call under way, by class name: `Dense_0`, `Dense_1`. */
  readonly counts: Map<string, number>
}

export function newScope(path: string): Scope {
  return { path, children: new Map(), parameters: new Map(), counts: new Map() }
}

/** The scope of this name below another, made when it is first asked for. */
export function childScope(parent: Scope, name: string): Scope {
  const known = parent.children.get(name)
  if (known !== undefined) return known
  const made = newScope(parent.path === '' ? name : `${parent.path}.${name}`)
  parent.children.set(name, made)
  return made
}

/** One call of a model from its root. */
export interface LinenRun {
  readonly root: InstanceValue
  readonly scopes: Map<InstanceValue, Scope>
  readonly rootScope: Scope
  /** Modules whose `setup` has run. */
  readonly setUp: Set<InstanceValue>
  readonly names: Map<Storage, string>
  /** Paths of the program's own modules that hold none, known from a run before; null in that one. */
  readonly leaves: ReadonlySet<string> | null
  /** Paths of the program's own modules that were called. */
  readonly called: Map<string, Scope>
  /** Which copy of a scanned module runs, as `[2]`; parameters of each are drawn anew. */
  copy: string
  /** Steps of the power iteration that finds the largest singular value of the matrices made now; null: they are as they are drawn. */
  powerIterations: number | null
  /** The first layer of Flax's that was called. */
  first: FirstLayer | null
}

export interface FirstLayer {
  readonly layer: string
  /** Rank of a convolution's window. */
  readonly windowRank: number
  /** Axes of what it was called on. */
  readonly inputRank: number
  /** Features that its input must have, where the layer says it. */
  readonly features: number | null
}

export function newRun(root: InstanceValue, leaves: ReadonlySet<string> | null): LinenRun {
  const rootScope = newScope('')
  return {
    root,
    scopes: new Map([[root, rootScope]]),
    rootScope,
    setUp: new Set(),
    names: new Map(),
    leaves,
    called: new Map(),
    copy: '',
    powerIterations: null,
    first: null,
  }
}

/** Puts a parameter into a scope under its name. */
export function keep(run: LinenRun, scope: Scope, name: string, weight: TensorValue): void {
  scope.parameters.set(name, weight)
  const { source } = weight.payload
  if (source.kind === 'data' && source.storage.parameter !== null && run.powerIterations !== null && weight.payload.shape.length > 1) {
    source.storage.parameter.parametrization = 'spectralNorm'
    source.storage.parameter.powerIterations = run.powerIterations
  }
  if (source.kind === 'data' && !run.names.has(source.storage))
    run.names.set(source.storage, `${scope.path === '' ? '' : `${scope.path}.`}${name}${run.copy}`)
}

/** Parameters of a scope and of those below it. */
export function parametersBelow(scope: Scope, depth = 0): readonly TensorValue[] {
  const own = [...scope.parameters.values()]
  return depth > 50 ? own : [...own, ...[...scope.children.values()].flatMap((child) => parametersBelow(child, depth + 1))]
}
