/** Objects that bundle a model's settings: the file's own config class, else one whose attributes are assumed as they are asked for. */
import type { Assumption } from '../../../analysis'
import { PythonError, type PythonInterpreter } from '../../../python'
import type { ParameterNode } from '../../../python/ast'
import { method, nativeClass } from '../../../python/native'
import type { ClassValue, FunctionValue, Value } from '../../../python/values'
import { isModuleClass } from '../module/registry'
import { annotationText, assumption, byAnnotation, placeholder, type Sizes } from './placeholder'

const configNames = /^(config|cfg|conf|args|opt|opts|options|hparams|hp|params|configs|model_args|model_config|hyperparams|c)$/i

/** Whether a parameter stands for a bundle of settings, by its name and annotation. */
export function isConfig(node: ParameterNode): boolean {
  const annotation = annotationText(node.annotation)
  return configNames.test(node.name) && (annotation === null || !byAnnotation.has(annotation))
}

/** An object whose attributes are placeholders by their names, each an assumption once it is asked for. */
export function openConfig(
  interpreter: PythonInterpreter,
  parameter: string,
  sizes: Sizes,
  assumptions: Assumption[],
  node: ParameterNode,
): Value {
  const known = new Map<string, Value>()
  const read = (name: string): Value => {
    const before = known.get(name)
    if (before !== undefined) return before
    const value = placeholder(interpreter, name, null, sizes)
    if (value === null) return interpreter.unknown(`\`${parameter}.${name}\` is not known`, node.span)
    known.set(name, value)
    if (sizes[name] === undefined) assumptions.push(assumption(interpreter, `${parameter}.${name}`, name, value, node))
    return value
  }
  const cls = nativeClass({
    name: parameter,
    attributes: [
      ['__getattr__', method('__getattr__(self, name)', (args) => read(args.string('name') ?? ''))],
      ['__getitem__', method('__getitem__(self, key)', (args) => read(args.string('key') ?? ''))],
      ['get', method('get(self, key, default=None)', (args) => args.value('default'))],
    ],
  })
  return interpreter.instantiate(cls, node.span)
}

const configClasses = /(config|cfg|args|arguments|options|opts|hparams|hyperparameters|params|parameters|settings)$/i

/** The class of this file that a parameter's settings are of: as annotated, as `config_class` says, or by its name. */
function classFor(fn: FunctionValue, node: ParameterNode): ClassValue | null {
  const annotation = annotationText(node.annotation)
  const annotated = annotation !== null && /^\w+$/.test(annotation) ? fn.closure.find(annotation) : undefined
  if (annotated?.kind === 'class') return isModuleClass(annotated) ? null : annotated
  if (!isConfig(node)) return null
  const owner = fn.ownerClass.cls
  const own = owner?.attributes.get('config_class')
  if (own?.kind === 'class') return own
  const named = [...fn.closure.module.scope.variables.values()].filter(
    (value): value is ClassValue =>
      value.kind === 'class' && configClasses.test(value.name) && value.span?.file === fn.span.file && !isModuleClass(value),
  )
  const prefix = (cls: ClassValue): number => {
    const name = owner?.name ?? ''
    let length = 0
    while (length < name.length && name[length] === cls.name[length]) length += 1
    return length
  }
  return named.sort((a, b) => prefix(b) - prefix(a))[0] ?? null
}

/**
 * An instance of that class with its defaults; null where there is none, or it cannot be made so. A negative size stands for
 * one that is set later (`vocab_size: int = -1`): it is assumed.
 */
export function configFor(
  interpreter: PythonInterpreter,
  fn: FunctionValue,
  node: ParameterNode,
  sizes: Sizes,
  assumptions: Assumption[],
): Value | null {
  const cls = classFor(fn, node)
  if (cls === null) return null
  let config: Value
  try {
    config = interpreter.call(cls, [])
  } catch (error) {
    if (error instanceof PythonError) return null
    throw error
  }
  if (config.kind !== 'instance') return config
  for (const [name, value] of config.attributes) {
    const isSet = sizes[name] !== undefined && value.kind === 'int'
    if (!isSet && !(value.kind === 'int' && Number(value.value) < 0)) continue
    const assumed = placeholder(interpreter, name, null, sizes)
    if (assumed?.kind !== 'int' || Number(assumed.value) < 0) continue
    config.attributes.set(name, assumed)
    if (!isSet) assumptions.push(assumption(interpreter, `${cls.name}.${name}`, name, assumed, node))
  }
  return config
}
