/** Classes of `flax.linen`'s layers, made of their declarations. */
import type { Span } from '../../../graph'
import type { CallArguments, Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import { parseSignature } from '../../../python/signature'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { currentRun } from '../../torch/run'
import { isModule } from '../../torch/module/registry'
import { asFunctionCall } from '../../torch/calls'
import { firstUnknown } from '../../../python/guards'
import type { FlaxLayer } from '../layer/declare'
import { LayerView, type WeightStore } from '../layer/view'
import { toTensor } from '../arrays/call'
import { attend } from '../layers/dense'
import { flaxLayers } from '../layers'
import { listCall } from './call'
import { constructingLayer, linenModuleClass } from './module'
import { keep, type LinenRun, type Scope } from './scope'
import { linenState, scopeOf } from './state'

const declarations = new WeakMap<ClassValue, FlaxLayer>()

/** The declaration behind a class of Flax's, or one derived from it. */
export function declaredLinen(cls: ClassValue): FlaxLayer | null {
  for (const each of cls.mro) {
    const found = declarations.get(each)
    if (found !== undefined) return found
  }
  return null
}

function storeOf(run: LinenRun, scope: Scope): WeightStore {
  return { get: (name) => scope.parameters.get(name), set: (name, weight) => keep(run, scope, name, weight) }
}

/** A layer of Flax's in the run under way; null for others, and outside of a run. */
export function linenView(interpreter: Interpreter, layer: InstanceValue, span: Span | null): LayerView | null {
  const { run } = linenState(interpreter)
  const declared = declaredLinen(layer.cls)
  if (run === null || declared === null) return null
  return new LayerView(interpreter, layer, span, {
    name: declared.linen ?? '',
    isLinen: true,
    store: storeOf(run, scopeOf(interpreter, run, layer)),
    renamed: {},
    open: (other, at) => linenView(interpreter, other, at),
  })
}

function windowRank(view: LayerView): number {
  const kernel = view.value('kernel_size')
  return kernel.kind === 'tuple' || kernel.kind === 'list' ? kernel.items.length : kernel.kind === 'int' ? 1 : 0
}

/** Scopes of the layers that a layer runs: RNN's cell, Bidirectional's RNNs and theirs. */
function scopesUsed(interpreter: Interpreter, run: LinenRun, layer: InstanceValue, depth = 0): readonly Scope[] {
  if (depth > 3) return []
  return ['cell', 'forward_rnn', 'backward_rnn'].flatMap((name) => {
    const inner = layer.attributes.get(name)
    return inner !== undefined && isModule(inner)
      ? [scopeOf(interpreter, run, inner), ...scopesUsed(interpreter, run, inner, depth + 1)]
      : []
  })
}

function callLayer(declared: FlaxLayer, layer: InstanceValue, args: CallArguments, interpreter: Interpreter): Value {
  const { run } = linenState(interpreter)
  const view = linenView(interpreter, layer, args.span)
  if (run === null || view === null) return interpreter.unknown('a layer is followed only inside of a model that is run', args.span)
  const [first] = args.positional
  if (first?.kind === 'unknown') return first
  const inner = method(`__call__(self, ${declared.callSignature})`, (bound) => {
    const parameter = declared.callSignature.split(',')[0]?.trim() ?? ''
    const shape = toTensor(view, bound.value(parameter))?.payload.shape
    if (shape !== undefined) declared.weights?.(view, shape)
    return declared.call(view, bound)
  })
  const given = toTensor(view, first ?? args.keyword.values().next().value ?? none)
  run.first ??= { layer: declared.linen ?? '', windowRank: windowRank(view), inputRank: given?.payload.shape.length ?? 0, features: null }
  const body = (): Value => inner.call({ ...args, positional: [layer, ...args.positional] }, interpreter)
  const scope = scopeOf(interpreter, run, layer)
  const current = currentRun(interpreter)
  if (current === null || current.trace.isWithinCall) return body()
  return listCall(
    current,
    scope,
    scopesUsed(interpreter, run, layer),
    declared.composite === true ? 'composite' : 'module',
    layer,
    args,
    body,
  )
}

/** `Embed.attend`: listed as a function, since the layer itself is not called. */
const attendMethod = method('attend(self, query)', (args, interpreter) => {
  const self = args.value('self')
  const query = args.value('query')
  const unknown = firstUnknown([query])
  const view = self.kind === 'instance' ? linenView(interpreter, self, args.span) : null
  if (unknown !== undefined || view === null) return unknown ?? interpreter.unknown('a layer is followed only inside of a model', args.span)
  const input = view.array(query)
  if (input === null) return interpreter.unknown('attend is called on what is no array', args.span)
  flaxLayers.find(({ linen }) => linen === 'Embed')?.weights?.(view, [])
  return asFunctionCall(interpreter, 'attend', [query], args.span, () => attend(view, input))
})

function layerClass(declared: FlaxLayer, name: string, base: ClassValue): ClassValue {
  const text = `${name}(self${declared.fields === undefined || declared.fields === '' ? '' : `, ${declared.fields}`})`
  const names = parseSignature(text)
    .parameters.slice(1)
    .map(({ name: field }) => field)
  const construct = method(text.replace(`${name}(`, '__init__('), (args, interpreter) => {
    const self = args.value('self')
    if (self.kind !== 'instance') return none
    for (const field of names) interpreter.setAttribute(self, field, args.value(field), args.span)
    return none
  })
  const made = nativeClass({
    name,
    qualifiedName: `flax.linen.${name}`,
    bases: [base],
    attributes: [
      ['__init__', constructingLayer(construct)],
      ['__call__', instanceMethod('__call__', (self, args, interpreter) => callLayer(declared, self, args, interpreter))],
      ...(declared.methods ?? []).map((each) => [each.name, each] as const),
      ...(name === 'Embed' ? ([['attend', attendMethod]] as const) : []),
    ],
  })
  declarations.set(made, declared)
  return made
}

export function linenLayers(interpreter: Interpreter): ReadonlyMap<string, ClassValue> {
  return interpreter.state<ReadonlyMap<string, ClassValue>>('flax.linen.layers', () => {
    const base = linenModuleClass(interpreter)
    return new Map(
      flaxLayers.flatMap((declared) =>
        declared.linen === null ? [] : [[declared.linen, layerClass(declared, declared.linen, base)] as const],
      ),
    )
  })
}
