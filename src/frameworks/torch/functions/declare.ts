/** Declarations of torch's functions, and the builtins made of them: `torch.relu`, `F.relu`, `x.relu()`, `x.relu_()` from one entry. */

import { firstUnknown } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { type Bound, native } from '../../../python/native'
import type { BuiltinValue, UnknownValue, Value } from '../../../python/values'
import { asFunctionCall } from '../calls'
import { isTensor } from '../tensor'
import { assign } from '../tensor/write'
import { Call } from './call'

export type Place = 'torch' | 'functional' | 'method' | 'linalg' | 'special' | 'fft'

export interface TorchFunction {
  readonly names: readonly string[]
  /** As Python writes them; the tensor that a method is called on comes first. */
  readonly parameters: string
  readonly places: readonly Place[]
  /** A person would name it: listed as a call of its own outside leaf modules. */
  readonly listed?: boolean
  /** There is a `name_` that puts the result into the first tensor. */
  readonly inPlace?: boolean
  /** Arguments that may be unknown without making the result unknown. */
  readonly tolerates?: readonly string[]
  readonly body: (call: Call) => Value
}

/** NumPy's spellings, which torch takes too. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['axis', 'dim'],
  ['keepdims', 'keepdim'],
  ['axes', 'dims'],
  ['indices', 'indices_or_sections'],
  ['sections', 'indices_or_sections'],
  ['a', 'input'],
  ['x', 'input'],
])
/** Keywords by which a sequence can be given that is otherwise given item by item. */
const sequenceKeywords = ['shape', 'size', 'dims', 'sizes', 'repeats', 'repeat_times']

interface Names {
  /** Without `*` and `**`. */
  readonly parameters: ReadonlySet<string>
  /** The `*name` parameter. */
  readonly rest: string | null
}

function namesIn(parameters: string): Names {
  const parts = parameters.split(',').map((part) => (part.trim().split('=')[0] ?? '').trim())
  const plain = parts.filter((part) => /^[a-z_]/i.test(part))
  return { parameters: new Set(plain), rest: parts.find((part) => /^\*[a-z]/i.test(part))?.slice(1) ?? null }
}

/** The arguments under torch's own spelling. */
function respelled(args: CallArguments, names: Names): CallArguments {
  if (args.keyword.size === 0) return args
  const positional = [...args.positional]
  const keyword = new Map<string, Value>()
  for (const [name, value] of args.keyword) {
    const other = spellings.get(name)
    if (names.parameters.has(name)) keyword.set(name, value)
    else if (other !== undefined && names.parameters.has(other)) keyword.set(other, value)
    else if (names.rest !== null && sequenceKeywords.includes(name)) positional.push(value)
    else if (name !== 'out') keyword.set(name, value)
  }
  return { ...args, positional, keyword }
}

type Run = (args: CallArguments, interpreter: Interpreter) => { readonly result: Value; readonly first: Value | undefined }

function runner(entry: TorchFunction, name: string): Run {
  const names = namesIn(entry.parameters)
  const tolerated = new Set(entry.tolerates ?? [])
  const inner = native(`${name}(${entry.parameters})`, (args, interpreter) => {
    const unknown = blocking(args, tolerated, names)
    if (unknown !== undefined) return unknown
    return entry.body(new Call(name, args, interpreter))
  })
  return (args, interpreter) => {
    const spelled = respelled(args, names)
    const operands = [...spelled.positional, ...spelled.keyword.values()]
    const first = spelled.positional[0] ?? spelled.keyword.get('input')
    const compute = () => inner.call(spelled, interpreter)
    const result = entry.listed === true ? asFunctionCall(interpreter, name, operands, spelled.span, compute) : compute()
    return { result, first }
  }
}

/** The Unknown among the arguments that the result depends on. */
function blocking(args: Bound, tolerated: ReadonlySet<string>, names: Names): UnknownValue | undefined {
  const found = args.firstUnknown()
  if (found === undefined || tolerated.size === 0) return found
  const values = [...names.parameters].filter((name) => !tolerated.has(name)).map((name) => args.value(name))
  return firstUnknown([...values, ...(names.rest === null ? [] : args.rest(names.rest))])
}

function builtin(name: string, run: Run, bindsSelf: boolean, inPlace: boolean): BuiltinValue {
  return {
    kind: 'builtin',
    name,
    bindsSelf,
    call(args, interpreter) {
      const { result, first } = run(args, interpreter)
      if (!inPlace || first === undefined || !isTensor(first) || !isTensor(result)) return result
      assign(first, result, true)
      return first
    },
  }
}

export interface Builtins {
  readonly torch: Map<string, Value>
  readonly functional: Map<string, Value>
  readonly method: Map<string, Value>
  readonly linalg: Map<string, Value>
  readonly special: Map<string, Value>
  readonly fft: Map<string, Value>
}

/** All builtins of the entries, by place and name. */
export function builtinsOf(entries: readonly TorchFunction[]): Builtins {
  const made: Builtins = {
    torch: new Map(),
    functional: new Map(),
    method: new Map(),
    linalg: new Map(),
    special: new Map(),
    fft: new Map(),
  }
  for (const entry of entries) {
    for (const name of entry.names) {
      const run = runner(entry, name)
      for (const place of entry.places) {
        made[place].set(name, builtin(name, run, place === 'method', false))
        if (entry.inPlace === true && place !== 'special' && place !== 'linalg')
          made[place].set(`${name}_`, builtin(`${name}_`, run, place === 'method', true))
      }
    }
  }
  return made
}
