/** The plain layer spec: `input`, `layers`, and in each layer `type`, its sizes, `activation`, `init`, `from`, `residual`. */
import type { Assumption } from '../../analysis'
import type { InputDistribution } from '../../graph'
import type { Origin } from './dialect'
import { layerKindOf, layerKinds } from './layers'
import { layerName, plainName } from './names'
import type { Place } from './place'
import { type Execution, mostExecutions, type Plan, type PlannedInput, type TensorKey, usualBatch } from './plan'
import { Settings } from './settings'

const rootKeys = ['$schema', 'name', 'description', 'framework', 'layout', 'batch', 'input', 'inputs', 'layers', 'outputs']
/** What every layer may say. */
const everyLayer = ['type', 'name', 'description', 'from', 'residual', 'activation', 'trainable']
const blockKeys = ['type', 'name', 'description', 'from', 'layers', 'repeat', 'residual', 'shortcut', 'activation']

/** Whether a document is a plain spec, by what it holds. */
export function isPlainSpec(root: Place): boolean {
  return root.get('layers') !== null && (root.get('input') !== null || root.get('inputs') !== null)
}

/** Throws a SpecError that says what is expected where the document has another form. */
export function planOfPlain(root: Place): Plan {
  refuseOthers(root, rootKeys, 'A layer spec')
  const settings = new Settings(root)
  const assumptions: Assumption[] = []
  const origin = settings.word<Origin>('framework', ['pytorch', 'keras', 'flax', 'tensorflowjs'], 'pytorch')
  if (!settings.has('framework'))
    assumptions.push({ message: 'layers that say no init draw as PyTorch’s do', span: root.keySpan('layers'), setting: 'framework' })
  const batch = settings.integer('batch', usualBatch)
  if (!settings.has('batch')) assumptions.push({ message: `a batch of ${batch}`, span: null, setting: 'batch' })
  const inputs = inputsOf(root)
  const reader = new PlainReader()
  const names = new Map(inputs.map(({ name, key }) => [name, key] as const))
  const [onlyInput] = inputs
  const last = reader.sequence(listAt(root, 'layers'), { names, outer: null }, onlyInput?.key ?? null, '', [])
  return {
    name: text(settings, 'name') ?? 'model',
    framework: 'spec',
    origin,
    channelsLast: settings.word('layout', ['channels_first', 'channels_last'], 'channels_first') === 'channels_last',
    fallbacks: { padding: 'valid', returnSequences: true },
    batch,
    inputs,
    executions: reader.executions,
    outputs: outputsOf(root, names, last),
    assumptions,
    span: root.keySpan('layers'),
  }
}

function outputsOf(root: Place, names: ReadonlyMap<string, TensorKey>, last: TensorKey): readonly TensorKey[] {
  const place = root.get('outputs')
  if (place === null) return [last]
  return (place.items ?? [place]).map(
    (item) =>
      names.get(String(item.scalar)) ?? item.fail(`${item.shown} names no layer: outputs lists names of layers, like outputs: [head].`),
  )
}

function inputsOf(root: Place): readonly PlannedInput[] {
  const several = root.get('inputs')
  if (several === null)
    return [
      inputOf('input', root.get('input') ?? root.fail('input is missing: write the sizes without the batch, like input: [3, 32, 32].')),
    ]
  const entries =
    several.entries ?? several.fail('inputs must be a mapping from names to sizes, like inputs: {image: [3, 32, 32], tokens: [16]}.')
  return entries.map(([name, place]) => inputOf(name, place))
}

function inputOf(name: string, place: Place): PlannedInput {
  const shape = place.get('shape') ?? place
  const sizes = shape.items?.map((item) => item.scalar) ?? [shape.scalar]
  const known = sizes.filter((size): size is number => typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= 2 ** 24)
  if (known.length !== sizes.length || known.length === 0 || known.length > 6)
    shape.fail(`${name} must be the sizes without the batch, like ${name}: [3, 32, 32]; here it is ${shape.shown}.`)
  if (place.entries !== null) refuseOthers(place, ['shape', 'distribution', 'mean', 'std', 'low', 'high', 'below'], 'An input')
  return {
    key: `input ${name}`,
    name,
    sizes: known,
    distribution: place.entries === null ? null : fedWith(new Settings(place)),
    span: place.span,
  }
}

function fedWith(settings: Settings): InputDistribution | null {
  if (!settings.has('distribution')) return settings.has('below') ? { kind: 'tokens', below: settings.integer('below') } : null
  switch (settings.word('distribution', ['normal', 'uniform', 'tokens'], 'normal')) {
    case 'normal':
      return { kind: 'normal', mean: settings.number('mean', 0), std: settings.number('std', 1) }
    case 'uniform':
      return { kind: 'uniform', low: settings.number('low', 0), high: settings.number('high', 1) }
    case 'tokens':
      return { kind: 'tokens', below: settings.integer('below') }
  }
}

function listAt(place: Place, key: string): readonly Place[] {
  const list = place.get(key)
  const items =
    list?.items ?? (list ?? place).fail(`${key} must be a list of layers, like ${key}: [{type: dense, units: 64, activation: relu}].`)
  return items.length > 0 ? items : (list ?? place).fail(`${key} is empty: it needs a layer, like {type: dense, units: 64}.`)
}

function text(settings: Settings, name: string): string | null {
  const place = settings.at(name)
  return place === null
    ? null
    : typeof place.scalar === 'string'
      ? place.scalar
      : place.fail(`${name} must be a text; here it is ${place.shown}.`)
}

/** Mistyped keys are found rather than passed over. */
function refuseOthers(place: Place, known: readonly string[], what: string): void {
  for (const [key, value] of place.entries ?? []) {
    if (!known.includes(key))
      value.fail(`${what} has no ${key || 'nameless key'}: it takes ${known.filter((name) => name !== '$schema').join(', ')}.`)
  }
}

/** Names that a layer can refer to. */
interface Names {
  readonly names: Map<string, TensorKey>
  readonly outer: Names | null
}

function lookUp(names: Names | null, name: string): TensorKey | null {
  return names === null ? null : (names.names.get(name) ?? lookUp(names.outer, name))
}

class PlainReader {
  readonly executions: Execution[] = []
  private made = 0

  /** Plans layers one behind the other; gives the last one's output. */
  sequence(places: readonly Place[], scope: Names, start: TensorKey | null, prefix: string, path: readonly string[]): TensorKey {
    const counts = new Map<string, number>()
    let current = start
    for (const place of places) {
      const settings = new Settings(place)
      if (place.entries === null)
        place.fail(`A layer must be a mapping, like {type: dense, units: 64, activation: relu}; here it is ${place.shown}.`)
      const type = text(settings, 'type') ?? place.fail('type is missing: write the kind of layer, like type: dense.')
      const count = (counts.get(type) ?? 0) + 1
      counts.set(type, count)
      const name = text(settings, 'name') ?? `${type}_${count}`
      if (scope.names.has(name)) (settings.at('name') ?? place).fail(`There is a layer or input named ${name} already.`)
      const inputs = this.inputsFor(settings, scope, current)
      current =
        type === 'block'
          ? this.block(settings, scope, inputs, `${prefix}${name}`, path)
          : this.layer(settings, scope, inputs, type, `${prefix}${name}`, path)
      scope.names.set(name, current)
    }
    return current ?? places[0]?.fail('There is nothing to read.') ?? ''
  }

  private inputsFor(settings: Settings, scope: Names, current: TensorKey | null): readonly TensorKey[] {
    const from = settings.at('from')
    if (from !== null) return (from.items ?? [from]).map((item) => this.named(item, scope))
    return current === null
      ? settings.place.fail('from is missing: with several inputs the first layer says which it reads, like from: image.')
      : [current]
  }

  private named(place: Place, scope: Names): TensorKey {
    return lookUp(scope, String(place.scalar)) ?? place.fail(`${place.shown} names no input and no layer above.`)
  }

  private residualOf(settings: Settings, scope: Names, inputs: readonly TensorKey[]): TensorKey | null {
    const place = settings.at('residual')
    if (place === null || place.scalar === false) return null
    if (place.scalar !== true) return this.named(place, scope)
    return inputs[0] ?? null
  }

  private layer(
    settings: Settings,
    scope: Names,
    inputs: readonly TensorKey[],
    type: string,
    name: string,
    path: readonly string[],
  ): TensorKey {
    const kind = layerKindOf(layerName(type))
    if (kind === null) return unknownType(settings, type)
    refuseOthers(settings.place, [...everyLayer, ...kind.settings], `The layer ${type}`)
    const activation = kind.type === 'activation' ? null : settings.at('activation')
    return this.run({
      layer: { name, type, kind, settings, activation, path },
      inputs,
      residual: this.residualOf(settings, scope, inputs),
      output: this.key(),
    })
  }

  /** Layers in a row, `repeat` times; with `residual` each time x + layers(x), or shortcut(x) + layers(x). */
  private block(settings: Settings, scope: Names, inputs: readonly TensorKey[], name: string, path: readonly string[]): TensorKey {
    refuseOthers(settings.place, blockKeys, 'A block')
    if (path.length >= deepest) settings.place.fail(`Blocks stand in one another at most ${deepest} deep.`)
    const times = settings.integer('repeat', 1)
    const places = listAt(settings.place, 'layers')
    const shortcut = settings.has('shortcut') ? listAt(settings.place, 'shortcut') : null
    let [current] = inputs as [TensorKey]
    if (inputs.length !== 1) settings.place.fail('A block reads one tensor: join several first, with {type: concat, from: [left, right]}.')
    for (let turn = 0; turn < times; turn++) {
      const own = times === 1 ? name : `${name}.${turn}`
      const around = [...path, name, ...(times === 1 ? [] : [own])]
      const inner = (list: readonly Place[], prefix: string): TensorKey =>
        this.sequence(list, { names: new Map(), outer: scope }, current, `${prefix}.`, around)
      const straight = inner(places, own)
      const residual = shortcut === null ? this.residualOf(settings, scope, [current]) : inner(shortcut, `${own}.shortcut`)
      current = this.closed(settings, straight, residual, own, around)
    }
    return current
  }

  /** The block's sum and activation. */
  private closed(settings: Settings, straight: TensorKey, residual: TensorKey | null, name: string, path: readonly string[]): TensorKey {
    const activation = settings.at('activation')
    const join = (type: string): Execution['layer'] => ({
      name: `${name}.${type}`,
      type,
      kind: layerKindOf(type),
      settings,
      activation: null,
      path,
    })
    const added =
      residual === null ? straight : this.run({ layer: join('add'), inputs: [straight, residual], residual: null, output: this.key() })
    return activation === null ? added : this.run({ layer: join('activation'), inputs: [added], residual: null, output: this.key() })
  }

  private key(): TensorKey {
    this.made += 1
    return `tensor ${this.made}`
  }

  private run(execution: Execution): TensorKey {
    if (this.executions.length >= mostExecutions) execution.layer.settings.place.fail(`The spec has more than ${mostExecutions} layers.`)
    this.executions.push(execution)
    return execution.output
  }
}

const deepest = 20

function unknownType(settings: Settings, type: string): never {
  const known = ['block', ...layerKinds.map((kind) => kind.type)]
  const start = plainName(type).slice(0, 3)
  const near = known.filter((name) => name.includes(start) || (start.length === 3 && name.startsWith(start.slice(0, 2)))).slice(0, 4)
  const offered = near.length > 0 ? near : ['dense', 'conv2d', 'lstm', 'batch_norm']
  return (settings.at('type') ?? settings.place).fail(`${type} is not a layer that is known here: write a type like ${offered.join(', ')}.`)
}
