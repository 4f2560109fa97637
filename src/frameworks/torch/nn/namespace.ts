/** The native modules `torch.nn`, `torch.nn.modules` and `torch.nn.modules.<family>`. */
import type { Interpreter } from '../../../python/host'
import { nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { layers } from '../layers'
import { moduleClass } from '../module/module-class'
import { tensorClasses } from '../tensor/classes'
import { nnClasses } from './classes'
import { opaqueLayer } from './opaque-layer'
import { parallelClasses, torchNnParallel } from './parallel'
import { quantizationModules } from './quantization'

/** Public names of torch.nn are the classes; those with an underscore are found in their families only. */
function publicClasses(interpreter: Interpreter): (readonly [string, Value])[] {
  return [...nnClasses(interpreter).byName].filter(([name]) => !name.startsWith('_'))
}

function looksLikeLayer(name: string): boolean {
  return /^[A-Z][A-Za-z0-9]*$/.test(name)
}

function torchNn(interpreter: Interpreter): ModuleValue {
  const { parameter, buffer } = tensorClasses(interpreter)
  const opaque = new Map<string, Value>()
  return nativeModule(
    'torch.nn',
    [...publicClasses(interpreter), ['Parameter', parameter], ['Buffer', buffer], ...parallelClasses(interpreter).slice(0, 1)],
    (name) => {
      if (!looksLikeLayer(name)) return undefined
      const known = opaque.get(name) ?? opaqueLayer(name, moduleClass(interpreter))
      opaque.set(name, known)
      return known
    },
  )
}

function torchNnModules(interpreter: Interpreter): ModuleValue {
  return nativeModule('torch.nn.modules', publicClasses(interpreter))
}

function family(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) => {
    const { byName, families: declared } = nnClasses(interpreter)
    const classes = (declared.get(name) ?? []).map((each) => [each, byName.get(each)] as const)
    return nativeModule(
      `torch.nn.modules.${name}`,
      classes.filter((each): each is [string, NonNullable<(typeof each)[1]>] => each[1] !== undefined),
      // These modules also import each other's classes, Module foremost.
      (other) => byName.get(other),
    )
  }
}

const families: ReadonlySet<string> = new Set(['module', 'container', ...layers.map((layer) => layer.family)])

/** By dotted name, for the interpreter's `nativeModules`. */
export const nnModules: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue> = new Map([
  ['torch.nn', torchNn],
  ['torch.nn.parallel', torchNnParallel],
  ...quantizationModules,
  ['torch.nn.modules', torchNnModules],
  ...[...families].map((name) => [`torch.nn.modules.${name}`, family(name)] as const),
])
