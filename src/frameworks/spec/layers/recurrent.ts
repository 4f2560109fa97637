import type { Initializer, Op, RecurrentLayer, RecurrentOp, TensorId } from '../../../graph'
import { plainName } from '../names'
import type { LayerKind, Scope } from '../scope'

type Cell = RecurrentOp['cell']
const gates: Readonly<Record<Cell, number>> = { rnn: 1, lstm: 4, gru: 3 }

/** The forget gate's quarter of the bias starts at 1 (Jozefowicz et al. 2015), the rest as drawn. Gates lie i, f, g, o. */
function forgetting(units: number): (drawn: Initializer) => Initializer {
  return (drawn) => ({
    ...drawn,
    label: `${drawn.label}, forget gate 1`,
    distribution: {
      kind: 'mixture',
      parts: [
        { share: 1 / 4, distribution: drawn.distribution, rows: [0, units] },
        { share: 1 / 4, distribution: { kind: 'constant', value: 1 }, rows: [units, 2 * units] },
        { share: 1 / 2, distribution: drawn.distribution, rows: [2 * units, 4 * units] },
      ],
    },
  })
}

function direction(scope: Scope, cell: Cell, units: number, inFeatures: number, suffix: string): RecurrentLayer {
  const { settings, dialect } = scope
  const rows = gates[cell] * units
  const isTorch = dialect.origin === 'pytorch'
  const inputKernel = scope.parameter({
    name: `weight${suffix}`,
    role: 'weight',
    shape: [rows, inFeatures],
    fans: { fanIn: inFeatures, fanOut: rows },
    width: units,
    setting: 'init',
    fallback: dialect.kernel.input,
  })
  const recurrentKernel = scope.parameter({
    name: `recurrent${suffix}`,
    role: 'recurrentKernel',
    shape: [rows, units],
    fans: { fanIn: units, fanOut: rows },
    width: units,
    setting: 'recurrent_init',
    fallback: dialect.kernel.recurrent,
  })
  if (!settings.flag('bias', true)) return { inputKernel, recurrentKernel, inputBias: null, recurrentBias: null, projection: null }
  const forgets = cell === 'lstm' && settings.flag('unit_forget_bias', dialect.unitForgetBias)
  const bias = (name: string): number =>
    scope.parameter({
      name: `${name}${suffix}`,
      role: 'bias',
      shape: [rows],
      fans: { fanIn: inFeatures, fanOut: rows },
      width: units,
      setting: 'bias_init',
      fallback: isTorch ? 'by_hidden' : 'zeros',
      ...(forgets ? { adjust: forgetting(units) } : {}),
    })
  const inputBias = bias('bias')
  const recurrentBias = isTorch ? bias('recurrent_bias') : null
  return { inputKernel, recurrentKernel, inputBias, recurrentBias, projection: null }
}

/** The last step of each direction: the backward one ends at the first position. */
function lastStep(scope: Scope, sequence: TensorId, units: number, isBidirectional: boolean): TensorId {
  const [batch, steps] = scope.shape(sequence) as [number, number, number]
  const at = (tensor: TensorId, position: number, features: number): TensorId => {
    const op = { kind: 'slice', axis: 1, start: position, stop: position + 1, step: 1 } as const
    return scope.reshape(scope.emit(op, [tensor], [batch, 1, features]), [batch, features])
  }
  if (!isBidirectional) return at(sequence, steps - 1, units)
  const half = (start: number): TensorId =>
    scope.emit({ kind: 'slice', axis: 2, start, stop: start + units, step: 1 }, [sequence], [batch, steps, units])
  const ends = [at(half(0), steps - 1, units), at(half(units), 0, units)]
  return scope.emit({ kind: 'concat', axis: 1 }, ends, [batch, 2 * units])
}

function recurrent(type: string, cell: Cell, aliases: readonly string[] = []): LayerKind {
  return {
    type,
    aliases,
    settings: [
      'units',
      'bidirectional',
      'return_sequences',
      'bias',
      'init',
      'recurrent_init',
      'bias_init',
      ...(cell === 'lstm' ? ['unit_forget_bias'] : cell === 'gru' ? ['reset_after'] : ['nonlinearity']),
    ],
    // The sequence, then the states that it starts with.
    joins: true,
    lower: (scope, inputs) => run(scope, cell, inputs)[0],
    lowerWithStates: (scope, inputs) => run(scope, cell, inputs),
  }
}

/** Initial states as the operation takes them: [directions, batch, units]. */
function initialStates(scope: Scope, cell: Cell, states: readonly TensorId[], units: number, directions: number): readonly TensorId[] {
  const each = cell === 'lstm' ? 2 : 1
  if (states.length === 0) return []
  if (states.length !== each * directions)
    scope.settings.place.fail(`${scope.name} starts with ${each * directions} states; it is given ${states.length}.`)
  const shaped = states.map((state) => {
    const shape = scope.shape(state)
    if (shape.length !== 2 || shape[1] !== units)
      scope.settings.place.fail(`${scope.name}’s states have ${units} units; what reaches it is ${shape.join('×')}.`)
    return scope.reshape(state, [1, shape[0] as number, units])
  })
  if (directions === 1) return shaped
  const batch = scope.shape(shaped[0] as TensorId)[1] as number
  // Forward states first, then backward ones.
  return Array.from({ length: each }, (_, kind) =>
    scope.emit({ kind: 'concat', axis: 0 }, [shaped[kind] as TensorId, shaped[each + kind] as TensorId], [2, batch, units]),
  )
}

/** What a gated cell has that is followed nowhere; null for the usual functions. */
function unusualOf(activation: string, gate: string): string | null {
  if (activation !== 'tanh') return activation
  return gate === 'sigmoid' || gate === 'hard_sigmoid' ? null : `${gate} gates`
}

/** The result, then for each direction its last states. */
function run(scope: Scope, cell: Cell, [x, ...initial]: readonly TensorId[]): readonly [TensorId, ...TensorId[]] {
  const input = x as number
  const { settings } = scope
  scope.expectRank(input, 3, 'steps and features')
  const [batch, steps, inFeatures] = scope.shape(input) as [number, number, number]
  const units = settings.integer('units')
  const bidirectional = settings.flag('bidirectional', false)
  const directions = bidirectional ? 2 : 1
  const isScript = scope.dialect.origin === 'tensorflowjs'
  const gate = plainName(String(settings.at('recurrent_activation')?.scalar ?? (isScript ? 'hard_sigmoid' : 'sigmoid')))
  const activation = plainName(String(settings.at('nonlinearity')?.scalar ?? 'tanh'))
  const unusual = cell === 'rnn' ? (activation === 'tanh' || activation === 'relu' ? null : activation) : unusualOf(activation, gate)
  const layer = ['', '_reverse'].slice(0, directions).map((suffix) => direction(scope, cell, units, inFeatures, suffix))
  const op: RecurrentOp = {
    kind: 'recurrent',
    cell,
    nonlinearity: activation === 'relu' ? 'relu' : 'tanh',
    hidden: units,
    timeAxis: 1,
    bidirectional,
    dropout: 0,
    layers: [layer],
    resetAfter: settings.flag('reset_after', scope.dialect.resetAfter),
    // tfjs-layers clips 0.2·x + ½, Keras x/6 + ½.
    ...(cell !== 'rnn' && gate === 'hard_sigmoid' ? { gateSlope: isScript ? 0.2 : 1 / 6 } : {}),
  }
  const state = [directions, batch, units]
  const outputs = [[batch, steps, units * directions], state, ...(cell === 'lstm' ? [state] : [])]
  const fed = [input, ...initialStates(scope, cell, initial, units, directions)]
  const made: Op = unusual === null ? op : { kind: 'opaque', name: cell, reason: `a recurrent layer with ${unusual} is not modelled` }
  const [sequence, ...last] = scope.emitMany(made, fed, outputs) as [TensorId, ...TensorId[]]
  const result = settings.flag('return_sequences', scope.context.fallbacks.returnSequences)
    ? sequence
    : lastStep(scope, sequence, units, bidirectional)
  if (bidirectional) return [result]
  return [result, ...last.map((each) => scope.reshape(each, [batch, units]))]
}

export const recurrents: readonly LayerKind[] = [
  recurrent('rnn', 'rnn', ['simple_rnn']),
  recurrent('lstm', 'lstm'),
  recurrent('gru', 'gru'),
]
