/** Tensors as operands of recorded operations: data enters the graph on first use. */
import { type ConstantOp, type Distribution, distributionMoments, type InputDistribution, type Op, type TensorId } from '../../../graph'
import { parameterIdOf } from '../parameter-id'
import type { ModelRun } from '../run'
import { currentRun } from '../run'
import type { Site } from '../site'
import type { DataSource, Elements, Storage, TensorPayload, TensorValue } from '../tensor'
import { initializerOf } from './distribution'
import { describeElements, viewElements } from './elements'
import { count, isRowMajor, rowMajor } from './layout'
import { byNumbers } from './make'
import { rowsOf } from './rows'
import { overTriangle, triangleOf } from './triangle'

/** More numbers than this are described by their moments in the graph. */
const mostConstantValues = 4096

interface Recorded {
  readonly version: number
  readonly id: TensorId
}

const recorded = new WeakMap<ModelRun, Map<Storage, Map<string, Recorded>>>()

/**
 * Whether an operation on this tensor is recorded in the model being run: traced tensors, parameters, and data whose numbers
 * are not known. Other data is computed at once and enters the graph as a constant.
 */
export function isRecorded(at: Site, tensor: TensorValue): boolean {
  const { source } = tensor.payload
  if (source.kind === 'traced') return true
  if (currentRun(at.interpreter) === null) return false
  return source.storage.parameter !== null || source.storage.elements === null
}

/** The views of a storage that the run has recorded, by layout. */
function recordedViews(run: ModelRun, storage: Storage): Map<string, Recorded> {
  const ofRun = recorded.get(run) ?? new Map<Storage, Map<string, Recorded>>()
  recorded.set(run, ofRun)
  const ofStorage = ofRun.get(storage) ?? new Map<string, Recorded>()
  ofRun.set(storage, ofStorage)
  return ofStorage
}

/** Id of the tensor in the run's graph. */
export function operandId(at: Site, run: ModelRun, tensor: TensorValue): TensorId {
  const { payload } = tensor
  const { source } = payload
  if (source.kind === 'traced') {
    return source.trace === run.trace ? source.id : opaque(at, run, payload, 'it was computed in another run of the model')
  }
  const ofStorage = recordedViews(run, source.storage)
  const key = `${source.layout.offset}|${source.layout.strides.join()}|${payload.shape.join()}|${payload.dtype}`
  const known = ofStorage.get(key)
  if (known !== undefined && known.version === source.storage.version) return known.id
  const id = source.storage.parameter === null ? recordData(at, run, payload, source) : recordParameterView(at, run, payload, source)
  ofStorage.set(key, { version: source.storage.version, id })
  return id
}

function opaque(at: Site, run: ModelRun, payload: TensorPayload, reason: string): TensorId {
  return one(run.trace.emit({ kind: 'opaque', name: 'tensor', reason }, [], [payload], at.span))
}

function one(ids: readonly TensorId[]): TensorId {
  const [id] = ids
  if (id === undefined) throw new RangeError('an operation without an output')
  return id
}

function recordData(at: Site, run: ModelRun, payload: TensorPayload, source: DataSource): TensorId {
  const elements = viewElements(source, payload.shape)
  const known = source.storage.initializer.distribution
  const op =
    elements === null
      ? drawnOp(source, payload)
      : constantOp(payload.shape, elements, known === byNumbers || known.kind === 'mixture' ? null : known)
  return one(run.trace.emit(op, [], [payload], at.span))
}

/** `known`: what describes the numbers without looking at them all. */
function constantOp(shape: readonly number[], elements: Elements, known: Distribution | null): ConstantOp {
  const length = count(shape)
  const triangle = triangleOf(shape, elements)
  const rows = triangle === null && known === null ? rowsOf(shape, elements) : null
  const described = { ...(triangle === null ? {} : { triangle }), ...(rows === null ? {} : { rows }) }
  if (length <= mostConstantValues) {
    const values = Array.from({ length }, (_, index) => elements(index))
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, length)
    const secondMoment = values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, length)
    return { kind: 'constant', values, mean, secondMoment, ...described }
  }
  const moments =
    triangle === null
      ? distributionMoments(known ?? describeElements(length, elements), shape)
      : { mean: overTriangle(triangle, shape, (value) => value), secondMoment: overTriangle(triangle, shape, (value) => value * value) }
  return { kind: 'constant', values: null, mean: moments?.mean ?? null, secondMoment: moments?.secondMoment ?? null, ...described }
}

/** Noise of a family that the graph knows, else a constant described by its moments. */
function drawnOp(source: DataSource, { shape, dtype }: TensorPayload): Op {
  const { distribution } = initializerOf(source.storage)
  const input: InputDistribution | null = distribution.kind === 'normal' || distribution.kind === 'uniform' ? distribution : null
  if (input !== null && dtype === 'float') return { kind: 'random', distribution: input }
  if (distribution.kind === 'unknown') return { kind: 'opaque', name: 'data', reason: distribution.reason }
  const moments = distributionMoments(distribution, shape)
  return { kind: 'constant', values: null, mean: moments?.mean ?? null, secondMoment: moments?.secondMoment ?? null }
}

/** The parameter's whole tensor, then what turns it into this view of it. */
function recordParameterView(at: Site, run: ModelRun, payload: TensorPayload, source: DataSource): TensorId {
  const { storage, layout } = source
  const parameter = parameterIdOf(run, storage)
  const shape = storage.parameter?.shape ?? payload.shape
  if (parameter === null) return opaque(at, run, payload, 'it is no parameter')
  const whole = one(run.trace.emit({ kind: 'parameter', parameter }, [], [{ shape, dtype: payload.dtype }], at.span))
  if (isRowMajor(payload.shape, layout) && count(payload.shape) === storage.length) {
    if (sameShape(shape, payload.shape)) return whole
    return one(run.trace.emit({ kind: 'reshape' }, [whole], [payload], at.span))
  }
  const order = permutationOf(shape, payload.shape, layout.strides)
  if (order !== null) return one(run.trace.emit({ kind: 'permute', order }, [whole], [payload], at.span))
  return one(
    run.trace.emit(
      { kind: 'opaque', name: 'view', reason: 'a view of part of a parameter made outside forward' },
      [whole],
      [payload],
      at.span,
    ),
  )
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** The order of axes that gives these strides from a contiguous tensor of shape `base`; null when none does. */
function permutationOf(base: readonly number[], shape: readonly number[], strides: readonly number[]): number[] | null {
  const expected = rowMajor(base)
  const free = new Set(base.keys())
  const order: number[] = []
  for (const [axis, stride] of strides.entries()) {
    const from = [...free].find((candidate) => expected[candidate] === stride && base[candidate] === shape[axis])
    if (from === undefined) return null
    free.delete(from)
    order.push(from)
  }
  return free.size === 0 ? order : null
}
