/** `Module.apply`, and whether a function that initializes found anything to draw. */
import type { IdleApply } from '../../../graph'
import type { FunctionNode } from '../../../python/ast'
import type { Interpreter } from '../../../python/host'
import type { Bound } from '../../../python/native'
import type { InstanceValue, Value } from '../../../python/values'
import { drawsOf } from '../init/fill'
import { selfModule } from './attributes'
import { childrenOf } from './registry'

interface Applications {
  /** How many calls of apply are running, one within the other. */
  depth: number
  readonly idle: (IdleApply & { readonly module: InstanceValue })[]
}

function applicationsOf(interpreter: Interpreter): Applications {
  return interpreter.state<Applications>('torch.apply', () => ({ depth: 0, idle: [] }))
}

/** Calls of apply so far that drew nothing, on modules that `holds` accepts. */
export function idleApplies(interpreter: Interpreter, holds: (module: InstanceValue) => boolean): readonly IdleApply[] {
  return applicationsOf(interpreter).idle.flatMap(({ module, ...idle }) => (holds(module) ? [idle] : []))
}

/** Children first, then the module itself, as torch does. */
export function apply(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const fn = args.value('fn')
  const applications = applicationsOf(interpreter)
  const draws = drawsOf(interpreter)
  const before = draws.count
  applications.depth++
  try {
    for (const child of new Set(childrenOf(module).map(([, each]) => each))) {
      interpreter.call(interpreter.getAttribute(child, 'apply'), [fn], undefined, args.span)
    }
    interpreter.call(fn, [module], undefined, args.span)
  } finally {
    applications.depth--
  }
  const node = functionOf(fn)
  if (applications.depth === 0 && draws.count === before && node !== null && mentions(node.body, draw) && !mentions(node.body, redraw)) {
    applications.idle.push({ module, name: node.name, span: args.span })
  }
  return module
}

function functionOf(fn: Value): FunctionNode | null {
  if (fn.kind === 'function') return fn.node
  return fn.kind === 'method' ? functionOf(fn.fn) : null
}

const draw = /^(?:(?:kaiming|xavier|trunc|log)_)?(?:normal|uniform)_?$|^(?:constant|orthogonal|zeros|ones|eye|dirac|sparse|fill|zero)_$/

/** Layers' own ways to draw themselves anew, which are not counted as draws. */
const redraw = /^_?reset_parameters$/

/** Whether code somewhere calls a function whose name matches. */
function mentions(node: unknown, name: RegExp): boolean {
  if (Array.isArray(node)) return node.some((item) => mentions(item, name))
  if (typeof node !== 'object' || node === null) return false
  const { kind, callee } = node as { readonly kind?: unknown; readonly callee?: { readonly kind?: unknown; readonly name?: unknown } }
  if (kind === 'call' && typeof callee?.name === 'string' && name.test(callee.name)) return true
  return Object.entries(node).some(([key, value]) => key !== 'span' && typeof value === 'object' && mentions(value, name))
}
