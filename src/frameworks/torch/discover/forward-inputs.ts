/** Inputs for a whole `forward`: the data by shape, further parameters by what their names say. */
import type { InputSpec } from '../../../analysis'
import type { PythonInterpreter } from '../../../python'
import { asInteger } from '../../../python/guards'
import { bool, int, list, none } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import type { Entry } from './first-layer'
import type { ForwardParameter } from './forward-parameters'
import type { ModelInput } from './trace-model'

/** Entries of the model's layers, the one that the data goes to first. */
export interface Guess {
  readonly data: InputSpec
  readonly entries: readonly Entry[]
  /** Arguments of the constructor: `state_dim` tells the width of `state`. */
  readonly given: ReadonlyMap<string, Value>
  /** Of the images that the model is built for; null where nothing says. */
  readonly side: number | null
  /** Of each input of features, in order, where they differ; null where all are as wide as the data. */
  readonly widths: readonly number[] | null
}

const names: ReadonlySet<string> = new Set(['tgt', 'trg', 'target', 'dec_inputs', 'decoder_input', 'decoder_input_ids', 'dec_input'])

/** The width that the constructor was given for an input of this name. */
function widthNamed(name: string, given: ReadonlyMap<string, Value>): number | undefined {
  for (const key of [
    `${name}_dim`,
    `${name}_size`,
    `${name}_features`,
    `n_${name}`,
    `num_${name}s`,
    `n_${name}s`,
    `dim_${name}`,
    `${name}_dims`,
  ]) {
    const value = given.get(key)
    const width = value === undefined ? undefined : asInteger(value)
    if (width !== undefined && width > 0) return width
  }
  return undefined
}

const images = /^(img|image|pixel|pic|photo)s?(_(input|values|tensor))?$/i
const texts = /^(text|token|caption|question|prompt|input_id|sentence|word|char)s?(_(tokens|ids|input))?$/i

/** By name, what goes to another kind of layer than the data does: an image beside tokens, a text beside an image. null for others. */
function ofOtherKind(name: string, { data, entries, side }: Guess): InputSpec | null {
  const isTokens = data.distribution.kind === 'tokens'
  if (images.test(name) && (isTokens || data.shape.length < 4)) {
    const entry = entries.find(({ kind }) => kind === 'image')
    const channels = entry?.kind === 'image' && !entry.transposed ? entry.channels : 3
    const size = side ?? 224
    return { shape: [data.shape[0] ?? 1, channels, size, size], distribution: { kind: 'normal', mean: 0, std: 1 } }
  }
  const vocabulary = entries.find(({ kind }) => kind === 'tokens')
  if (!texts.test(name) || isTokens || vocabulary?.kind !== 'tokens') return null
  return { shape: [data.shape[0] ?? 1, textLength], distribution: { kind: 'tokens', below: vocabulary.count } }
}

/** Tokens of a text beside other data. */
const textLength = 32

/** A second stream of tokens is drawn from the second embedding. */
function dataFor(parameter: ForwardParameter, guess: Guess): InputSpec {
  const { data, entries, given } = guess
  const other = parameter.isFirst ? null : ofOtherKind(parameter.name, guess)
  if (other !== null) return other
  const width = data.distribution.kind === 'tokens' ? undefined : widthNamed(parameter.name, given)
  if (width !== undefined && data.shape.length <= 3) return { ...data, shape: [...data.shape.slice(0, -1), width] }
  if (data.distribution.kind !== 'tokens' || !names.has(parameter.name)) return data
  const vocabularies = entries.filter((entry) => entry.kind === 'tokens')
  const second = vocabularies[1]
  return second === undefined ? data : { shape: data.shape, distribution: { kind: 'tokens', below: second.count } }
}

/** Classes: an embedding that the data does not go to, else as many as one-hot features. */
function labelFor({ data, entries }: Guess): InputSpec {
  const batch = data.shape[0] ?? 1
  const others = entries.filter(
    (entry) => entry.kind === 'tokens' && !(data.distribution.kind === 'tokens' && entry.count === data.distribution.below),
  )
  const [classes] = others
  if (classes?.kind === 'tokens') return { shape: [batch], distribution: { kind: 'tokens', below: classes.count } }
  return data
}

/** States that the model makes itself where it offers to (`init_hidden(batch)`), else None. */
function stateFor(interpreter: PythonInterpreter, model: InstanceValue, batch: number): Value {
  for (const name of ['init_hidden', 'initHidden', 'init_state', 'initial_state', 'begin_state', 'get_init_state', 'init_hidden_state']) {
    const method = interpreter.findAttribute(model, name)
    if (method === undefined || method.kind !== 'method') continue
    const takes = method.fn.kind === 'function' ? method.fn.node.parameters.length - 1 : 1
    return interpreter.call(method, takes > 0 ? [int(batch)] : [])
  }
  return none
}

function inputFor(interpreter: PythonInterpreter, model: InstanceValue, parameter: ForwardParameter, guess: Guess): ModelInput {
  const keyword = parameter.keyword ? { keyword: parameter.name } : {}
  const tensor = (spec: InputSpec): ModelInput => ({ kind: 'tensor', name: parameter.name, spec, ...keyword })
  const value = (given: Value): ModelInput => ({ kind: 'value', value: given, ...keyword })
  const [batch = 1, length = 1] = guess.data.shape
  switch (parameter.meaning) {
    case 'data':
      return tensor(dataFor(parameter, guess))
    case 'mask':
      return value(none)
    case 'lengths':
      return value(list(Array.from({ length: batch }, () => int(length))))
    case 'state':
      return value(stateFor(interpreter, model, batch))
    case 'time':
      return tensor({ shape: [batch], distribution: { kind: 'uniform', low: 0, high: 1 } })
    case 'label':
      return tensor(labelFor(guess))
    case 'adjacency':
      return tensor({ shape: [batch, batch], distribution: { kind: 'uniform', low: 0, high: 1 } })
    case 'number':
      return value(int(/start|offset|pos|idx|step|layer/i.test(parameter.name) ? 0 : 1))
    case 'flag':
      return value(bool(false))
    default: {
      const never: never = parameter.meaning
      return never
    }
  }
}

/** One input for each required parameter; for a layer of the framework's, the data alone. */
export function forwardInputs(
  interpreter: PythonInterpreter,
  model: InstanceValue,
  parameters: readonly ForwardParameter[] | null,
  guess: Guess,
): readonly ModelInput[] {
  if (parameters === null) {
    const isTransformer = model.cls.mro.some(({ qualifiedName }) => qualifiedName === 'torch.nn.Transformer')
    const data: ModelInput = { kind: 'tensor', name: 'input', spec: guess.data }
    return isTransformer ? [data, { kind: 'tensor', name: 'tgt', spec: guess.data }] : [data]
  }
  const { widths, data } = guess
  if (widths === null) return parameters.map((parameter) => inputFor(interpreter, model, parameter, guess))
  let feature = 0
  return parameters.map((parameter) => {
    const isFeature = parameter.meaning === 'data' || parameter.meaning === 'label'
    const width = isFeature ? widths[feature++] : undefined
    const own = width === undefined ? data : { ...data, shape: [...data.shape.slice(0, -1), width] }
    return inputFor(interpreter, model, parameter, { ...guess, data: own })
  })
}
