/** What a Flax model is called with: what the file tells, and what the names of parameters say. */
import type { InputSpec } from '../../../analysis'
import type { Interpreter } from '../../../python/host'
import type { ParameterNode } from '../../../python/ast'
import { asBoolean } from '../../../python/guards'
import { bool, none } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { annotationText } from '../../torch/discover/placeholder'
import { batchSize } from '../../torch/discover/shapes'
import { toTensor } from '../arrays/call'
import { isKey, keyValue } from '../jax/keys'
import type { ToldCall } from '../linen/state'
import { calledFunction, toldCall } from './model'

/** One argument: an array that is fed, or a value as it is. */
export interface Argument {
  readonly name: string
  /** By keyword; else by position. */
  readonly keyword: boolean
  readonly given: { readonly kind: 'array'; readonly spec: InputSpec } | { readonly kind: 'value'; readonly value: Value }
}

export interface CallPlan {
  readonly arguments: readonly Argument[]
  readonly method: Value
}

const training = /^(is_?)?train(ing)?(_mode)?$/
const frozen = /^(deterministic|is_?deterministic|use_running_average|eval(_mode)?|is_?eval|inference|frozen)$/
const keyLike = /(^|_)(rng|rngs|key|prng|prng_key|seed)$/
/** One number for each sample: the step or noise of a diffusion. */
const timeLike = /^(t|temb|times?|time_?steps?|sigmas?|noise_levels?)$/
const maskLike = /mask|(^|_)(bias|lengths?|positions?|segment_ids|segmentation)$/

type Meaning = 'train' | 'frozen' | 'key' | 'mask' | 'flag' | 'data'

function meaningOf(interpreter: Interpreter, { name, annotation, defaultValue }: ParameterNode, told: Value | undefined): Meaning {
  if (training.test(name)) return 'train'
  if (frozen.test(name)) return 'frozen'
  if (keyLike.test(name) || (told !== undefined && isKey(interpreter, told))) return 'key'
  if (annotationText(annotation) === 'bool' || (told !== undefined && asBoolean(told) !== undefined)) return 'flag'
  return maskLike.test(name) && defaultValue === null && told === undefined ? 'mask' : 'data'
}

const normal = { kind: 'normal', mean: 0, std: 1 } as const

/** An array that the file gives, as what is fed: of its shape, a batch in place of a single sample. */
function specOf(interpreter: Interpreter, value: Value, asBatch: boolean): InputSpec | null {
  const tensor =
    value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' ? null : toTensor({ interpreter, span: null }, value)
  if (tensor === null) return null
  const { shape, dtype } = tensor.payload
  const fed = asBatch && shape.length > 1 && shape[0] === 1 ? [batchSize, ...shape.slice(1)] : shape
  return { shape: fed, distribution: dtype === 'int' ? { kind: 'tokens', below: 2 } : normal }
}

/** One number for each sample of another array. */
function perSample({ shape }: InputSpec): InputSpec {
  return { shape: shape.slice(0, 1), distribution: normal }
}

/** Values by parameter, as the call gives them. */
function toldValues(call: ToldCall | undefined, parameters: readonly ParameterNode[]): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>(call?.keyword ?? [])
  for (const [index, value] of (call?.positional ?? []).entries()) values.set(parameters[index]?.name ?? `input_${index}`, value)
  return values
}

/**
 * Arguments in train mode. `data` are the arrays for the parameters that take data, in their order; the last is used again where there
 * are fewer. null takes those of the file's own call; then null is returned where that call is not known.
 */
export function planCall(
  interpreter: Interpreter,
  model: InstanceValue,
  data: readonly InputSpec[] | null,
  asBatch: boolean,
): CallPlan | null {
  const told = toldCall(interpreter, model)
  const method = told?.method ?? none
  const fn = calledFunction(model, method)
  if (fn === null) {
    const [first] = told?.positional ?? []
    const spec = data?.[0] ?? (first === undefined ? null : specOf(interpreter, first, asBatch))
    return spec === null ? null : { arguments: [{ name: 'inputs', keyword: false, given: { kind: 'array', spec } }], method }
  }
  const parameters = fn.node.parameters.slice(1)
  const named = parameters.filter(({ kind }) => kind !== 'star' && kind !== 'doubleStar')
  const values = toldValues(told, parameters)
  const planned: Argument[] = []
  let used = 0
  let isPositional = true
  const takesData = (each: ParameterNode): boolean => meaningOf(interpreter, each, values.get(each.name)) === 'data'
  for (const parameter of named) {
    const own = values.get(parameter.name)
    const isNeeded = parameter.defaultValue === null
    const keyword = !isPositional || parameter.kind === 'keywordOnly'
    const put = (value: Value): void => {
      planned.push({ name: parameter.name, keyword, given: { kind: 'value', value } })
    }
    const meaning = meaningOf(interpreter, parameter, own)
    if (meaning === 'train') put(bool(true))
    else if (meaning === 'frozen') put(bool(false))
    else if (meaning === 'key' && (isNeeded || own !== undefined)) put(keyValue(interpreter))
    else if (meaning === 'flag' && (isNeeded || own !== undefined)) put(own ?? bool(false))
    else if (meaning === 'mask' && isNeeded) put(none)
    else if (meaning === 'data') {
      const isFirst = used === 0
      const repeated = data?.at(-1)
      const again = isFirst || repeated === undefined || !timeLike.test(parameter.name) ? repeated : perSample(repeated)
      const asked = data?.[used] ?? (isNeeded ? again : undefined)
      const toldSpec = own === undefined || (data !== null && asked !== undefined) ? null : specOf(interpreter, own, asBatch)
      const spec = asked ?? toldSpec
      if (spec !== null && spec !== undefined && (isNeeded || own !== undefined || isFirst || data !== null)) {
        planned.push({ name: parameter.name, keyword, given: { kind: 'array', spec } })
        used += 1
        continue
      }
      if (own !== undefined) put(own)
      else if (isNeeded) return null
      else isPositional = false
    } else isPositional = false
  }
  const rest = parameters.find(({ kind }) => kind === 'star')
  const hasData = used > 0 || !named.some(takesData)
  if (!hasData && told === undefined && rest === undefined) return null
  return { arguments: planned, method }
}
