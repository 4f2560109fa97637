/** What is assumed for constructor arguments that the file gives but that are not known here: `Net(vocab_size=len(words))`. */
import type { Assumption } from '../../../analysis'
import type { Comment, PythonInterpreter } from '../../../python'
import type { InterpreterOptions } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { isModuleClass, namedModules } from '../module/registry'
import { configFor, isConfig, openConfig } from './configs'
import { assumedEnvironment, isEnvironment } from './environments'
import { annotationText, placeholder, type Sizes, written } from './placeholder'

export type FillUnknown = NonNullable<InterpreterOptions['fillUnknown']>

/** Sizes that comments set, read from their text alone: before the file is run. */
export function sizesIn(comments: readonly Comment[]): Sizes {
  const sizes: Record<string, number> = {}
  for (const { text } of comments) {
    if (!/^#\s*init-lens:/.test(text)) continue
    for (const [, name, number] of text.matchAll(/(\w+)\s*=\s*(-?\d+(?:\.\d+)?)(?=\s*(?:,|$))/g)) {
      if (name !== undefined && number !== undefined) sizes[name] = Number(number)
    }
  }
  return sizes
}

export interface AssumedArguments {
  readonly fill: FillUnknown
  /** What was assumed to build a model and its parts. */
  assumptionsOf(model: InstanceValue): readonly Assumption[]
}

/**
 * Fills a module's Unknown arguments: with the parameter's own default, else by its name. `interpreter` is asked for when
 * the first is met.
 */
export function assumedArguments(interpreter: () => PythonInterpreter, sizes: Sizes): AssumedArguments {
  const made = new Map<Value, Assumption[]>()
  const fill: FillUnknown = (initializer, parameter, unknown, self) => {
    const { cls } = initializer.ownerClass
    if (self === undefined || cls === null || !isModuleClass(cls)) return undefined
    const assumptions = made.get(self) ?? []
    made.set(self, assumptions)
    const own = initializer.defaults.get(parameter.name)
    const config = own === undefined ? configFor(interpreter(), initializer, parameter, sizes, assumptions) : null
    if (config !== null) return config
    if (isConfig(parameter) && own === undefined) return openConfig(interpreter(), parameter.name, sizes, assumptions, parameter)
    if (isEnvironment(parameter) && own === undefined) return assumedEnvironment(interpreter(), assumptions, parameter)
    const set = sizes[parameter.name] !== undefined
    const value =
      own !== undefined && own.kind !== 'unknown' && own.kind !== 'none' && !set
        ? own
        : placeholder(interpreter(), parameter.name, annotationText(parameter.annotation), sizes)
    if (value === null) return own
    if (!set) {
      const shown = `\`${parameter.name}\` of \`${cls.name}\``
      const message = `${shown} is not known (${unknown.reason}): ${written(value, interpreter())} is assumed`
      assumptions.push({ message, span: unknown.span ?? parameter.span, setting: parameter.name })
    }
    return value
  }
  return { fill, assumptionsOf: (model) => namedModules(model).flatMap(([, module]) => made.get(module) ?? []) }
}
