/** Calling a module: which calls are listed in the graph, under which names. */
import type { ParameterId, Span, TensorId } from '../../../graph'
import type { CallArguments, Interpreter } from '../../../python/host'
import { lookUp } from '../../../python/mro'
import type { BuiltinValue, InstanceValue, Value } from '../../../python/values'
import { parameterIdOf } from '../parameter-id'
import { currentRun, type ModelRun } from '../run'
import { isTensor, isTensorPayload } from '../tensor'
import { operandId } from '../tensor/operand'
import { tracedTensorsIn } from '../tensors-in'
import { moduleHistory } from './instances'
import { materialize } from './lazy'
import { childrenOf, isModule, namedMembers } from './registry'

const computesItself = new WeakSet<BuiltinValue>()

/** Marks a `forward` of ours that computes without calling the module's children (MultiheadAttention). */
export function markComposite(forward: BuiltinValue): BuiltinValue {
  computesItself.add(forward)
  return forward
}

function ownedParameters(run: ModelRun, module: InstanceValue): readonly ParameterId[] {
  const ids: ParameterId[] = []
  for (const [, parameter] of namedMembers(module, '_parameters')) {
    if (!isTensorPayload(parameter.payload) || parameter.payload.source.kind !== 'data') continue
    const id = parameterIdOf(run, parameter.payload.source.storage)
    if (id !== null) ids.push(id)
  }
  return ids
}

/** `module`: no children, as PyTorch's hooks count leaves. `composite`: has children that its own `forward` does not call. null: a container of calls. */
function listedAs(module: InstanceValue): 'module' | 'composite' | null {
  if (childrenOf(module).length === 0) return 'module'
  const forward = lookUp(module.cls, 'forward')
  return forward?.kind === 'builtin' && computesItself.has(forward) ? 'composite' : null
}

function runWithin<T>(run: ModelRun, name: string, body: () => T): T {
  run.path.push(name)
  try {
    return body()
  } finally {
    run.path.pop()
  }
}

/**
 * `module(*args, **kwargs)`: runs its `forward`. A leaf is listed as one call under its `named_modules()` name, or,
 * when the traced root does not hold it (made in `forward`), as a function named by its class. The root itself is
 * listed only when it is a layer of the framework's own.
 */
export function callModule(interpreter: Interpreter, module: InstanceValue, args: CallArguments): Value {
  materialize(interpreter, module, args)
  const forward = interpreter.getAttribute(module, 'forward', args.span)
  const body = (): Value => interpreter.callWith(forward, args)
  const run = currentRun(interpreter)
  if (run === null) return callOutsideRun(interpreter, module, args, body)
  if (run.trace.isWithinCall) return body()
  const name = run.names.module(module)
  const kind = listedAs(module)
  const isUsersRoot = name === '' && lookUp(module.cls, 'forward')?.kind !== 'builtin'
  if (kind === null || isUsersRoot) return name === null || name === '' ? body() : runWithin(run, name, body)
  return list(interpreter, run, module, kind, name, args, body)
}

/**
 * What the program itself feeds to a model tells its input. Only shapes can come of such a call, so that the same shapes,
 * in a training loop, are not computed again.
 */
function callOutsideRun(interpreter: Interpreter, module: InstanceValue, args: CallArguments, body: () => Value): Value {
  const given = [...args.positional, ...args.keyword.values()]
  const history = moduleHistory(interpreter)
  const isPart = interpreter.frames.some(({ self }) => self !== null && isModule(self))
  if (isPart || args.keyword.size > 0 || !given.some((value) => isTensor(value))) return body()
  const known = history.fed.get(module)
  const shapes = given.map((value) => (isTensor(value) ? value.payload.shape.join() : interpreter.repr(value))).join(';')
  if (known !== undefined && known.shapes === shapes) return known.result
  const result = body()
  history.fed.set(module, { given, shapes, result })
  return result
}

/** Its class; a lazy layer that has its parameters is what torch turns it into: `LazyConv2d` → `Conv2d`. */
function typeOf({ cls }: InstanceValue): string {
  return cls.qualifiedName.startsWith('torch.nn.Lazy') ? cls.name.slice('Lazy'.length) : cls.name
}

function list(
  interpreter: Interpreter,
  run: ModelRun,
  module: InstanceValue,
  kind: 'module' | 'composite',
  name: string | null,
  args: CallArguments,
  body: () => Value,
): Value {
  const type = typeOf(module)
  const number = (run.functionCounts.get(type) ?? 0) + 1
  if (name === null) run.functionCounts.set(type, number)
  return run.trace.withinCall(
    {
      kind: name === null ? 'function' : kind,
      name: name ?? `${type}#${number}`,
      type,
      definition: module.span,
      site: args.span satisfies Span | null,
      inputs: tracedTensorsIn([...args.positional, ...args.keyword.values()]),
      parameters: ownedParameters(run, module),
      path: [...run.path],
    },
    body,
    (result) => (name === null ? tracedTensorsIn([result]) : outputsOf(interpreter, run, result, args.span)),
  )
}

/** What a call gives. A tensor that was computed from numbers alone enters the graph here, where the reader looks for it. */
function outputsOf(interpreter: Interpreter, run: ModelRun, result: Value, span: Span | null): readonly TensorId[] {
  const traced = tracedTensorsIn([result])
  return traced.length === 0 && isTensor(result) ? [operandId({ interpreter, span }, run, result)] : traced
}
