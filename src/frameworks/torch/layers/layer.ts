/** What a layer class of torch.nn is declared by, and how a declaration becomes a class. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import { type Bound, getter, method, nativeClass } from '../../../python/native'
import { parseSignature } from '../../../python/signature'
import type { BuiltinValue, ClassValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { markComposite } from '../module/call'
import { beginModule } from '../module/instances'
import { isModule, registryOf } from '../module/registry'
import { drawInto } from './defaults'
import { functionNamed } from './functional'
import { type Draw, LayerView } from './layer-view'

export interface Forward {
  /** Parameters of `forward` after self, as Python writes them. */
  readonly signature: string
  readonly run: (layer: LayerView, args: Bound) => Value
}

export interface Layer {
  /** As torch.nn names it. */
  readonly name: string
  /** `torch.nn.modules.<family>` defines it. */
  readonly family: string
  /** Another declared class that it derives from; `Module` when left out. */
  readonly base?: string
  /** Parameters of the constructor after self. Each becomes an attribute of its name, but `device`, `dtype` and those in `construct`. null: the base's. */
  readonly signature: string | null
  /** Makes parameters, buffers and children after the attributes are set. */
  readonly construct?: (layer: LayerView, args: Bound) => void
  /** What its parameters are drawn from, for `construct` and `reset_parameters`. */
  readonly draw?: Draw
  /** null: the base's. */
  readonly forward: Forward | null
  /** Its forward does not call the children that it has. */
  readonly composite?: boolean
  readonly methods?: readonly BuiltinValue[]
  /** Properties, computed when asked for. */
  readonly computed?: readonly (readonly [string, (layer: LayerView) => Value])[]
  /** Class attributes that are no plain methods. */
  readonly attributes?: readonly (readonly [string, Value])[]
}

/** A forward that is one function of torch.nn.functional: of the input, then of attributes by position, or by keyword when written `keyword=attribute`. */
export function functional(name: string, ...attributes: readonly string[]): Forward {
  const split = attributes.map((each) => each.split('=') as [string, string?])
  const positional = split.filter(([, attribute]) => attribute === undefined).map(([attribute]) => attribute)
  const keyword = split.filter((each): each is [string, string] => each[1] !== undefined)
  return {
    signature: 'input',
    run: (layer, args) =>
      layer.interpreter.call(
        functionNamed(layer.interpreter, name),
        [args.value('input'), ...positional.map((attribute) => layer.value(attribute))],
        new Map(keyword.map(([key, attribute]) => [key, layer.value(attribute)])),
        args.span,
      ),
  }
}

/** Not kept as attributes. */
const placement: ReadonlySet<string> = new Set(['device', 'dtype', '_weight', '_freeze'])

function initializer(layer: Layer): BuiltinValue | null {
  if (layer.signature === null) return null
  const text = `${layer.name}.__init__(self, ${layer.signature})`
  const { parameters } = parseSignature(text)
  const attributes = parameters
    .filter(({ name, kind }, index) => index > 0 && !placement.has(name) && kind !== 'rest' && kind !== 'keywords')
    .map(({ name }) => name)
  return method(text, (args, interpreter) => {
    const module = selfModule(args, interpreter)
    beginModule(interpreter, module)
    for (const name of attributes) module.attributes.set(name, args.value(name))
    layer.construct?.(new LayerView(interpreter, module, args.span, layer.draw), args)
    const reset = lookUp(module.cls, 'reset_parameters')
    // A subclass of the user's may draw its parameters in its own way.
    if (reset !== undefined && reset.kind !== 'builtin')
      interpreter.call(interpreter.getAttribute(module, 'reset_parameters'), [], undefined, args.span)
    return none
  })
}

function resetting(draw: Draw): BuiltinValue {
  const redraw = (args: Bound, interpreter: Interpreter): Value => {
    const module = selfModule(args, interpreter)
    const layer = new LayerView(interpreter, module, args.span)
    for (const key of registryOf(module, '_parameters')?.entries.keys() ?? []) {
      const storage = key.kind === 'str' ? layer.storage(key.value) : null
      if (storage === null || key.kind !== 'str') continue
      if (storage.initializer.origin === 'written') storage.overwritten.push(storage.initializer)
      drawInto(storage, draw(key.value, layer))
    }
    return none
  }
  return method('reset_parameters(self)', redraw)
}

/** The class of a declaration; `base` is its base class, made before. */
export function layerClass(layer: Layer, base: ClassValue): ClassValue {
  const attributes = new Map<string, Value>()
  const init = initializer(layer)
  if (init !== null) attributes.set('__init__', init)
  if (layer.draw !== undefined) {
    const reset = resetting(layer.draw)
    attributes.set('reset_parameters', reset)
    attributes.set('_reset_parameters', reset)
  }
  const { forward } = layer
  if (forward !== null) {
    const run = method(`forward(self, ${forward.signature})`, (args, interpreter) =>
      forward.run(new LayerView(interpreter, selfModule(args, interpreter), args.span), args),
    )
    attributes.set('forward', layer.composite === true ? markComposite(run) : run)
  }
  for (const each of layer.methods ?? []) attributes.set(each.name, each)
  for (const [name, body] of layer.computed ?? []) {
    attributes.set(
      name,
      getter(name, (self, interpreter) => (isModule(self) ? body(new LayerView(interpreter, self, null)) : none)),
    )
  }
  for (const [name, value] of layer.attributes ?? []) attributes.set(name, value)
  return nativeClass({ name: layer.name, qualifiedName: `torch.nn.${layer.name}`, bases: [base], attributes })
}
