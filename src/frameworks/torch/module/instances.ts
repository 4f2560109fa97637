/** Every module that a program makes, and what it feeds to them outside of a traced run. */
import type { Span } from '../../../graph'
import type { Interpreter, Progress } from '../../../python/host'
import { isUnfinished } from '../../../python/interpreter/unfinished'
import { bool } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { initializeRegistries, isModule } from './registry'

export interface MadeModule {
  readonly module: InstanceValue
  /** Made while another module's method ran: a part of that one, most likely. */
  readonly isPart: boolean
  /** Calls that led to it, outermost first. */
  readonly callSpans: readonly (Span | null)[]
}

/** A call of a module outside of a traced run. */
export interface FedInput {
  readonly given: readonly Value[]
  /** The arguments' shapes as one text, to compare. */
  readonly shapes: string
  readonly result: Value
}

export interface ModuleHistory {
  readonly made: MadeModule[]
  /** The last such call of each module. */
  readonly fed: Map<InstanceValue, FedInput>
  /** Input shapes that the program names to a summary of the model. */
  readonly told: Map<InstanceValue, readonly (readonly number[])[]>
  /** Steps of training: of optimizers, and backward passes. */
  trained: number
}

export function moduleHistory(interpreter: Interpreter): ModuleHistory {
  return interpreter.state<ModuleHistory>('torch.moduleHistory', () => ({ made: [], fed: new Map(), told: new Map(), trained: 0 }))
}

/** The modules whose construction came to its end. */
export function finishedModules(interpreter: Interpreter): readonly MadeModule[] {
  return moduleHistory(interpreter).made.filter(({ module }) => !isUnfinished(interpreter, module))
}

/** The program trains: from here on its weights are no longer those that it drew. */
export function noteTraining(interpreter: Interpreter): void {
  moduleHistory(interpreter).trained += 1
}

/** What was made and trained so far; null in a module's own methods, whose loops belong to the model and are followed to their end. */
export function progressOf(interpreter: Interpreter): Progress | null {
  if (interpreter.frames.some(({ self }) => self !== null && isModule(self))) return null
  const { made, trained } = moduleHistory(interpreter)
  return { built: made.length, trained }
}

/** More modules than any model has: beyond, only the run's own budget counts. */
const mostRemembered = 200_000

/** A module stays in memory: it costs as much of the budget as so many steps, and more where there are more than most files make. */
const stepsOfModule = 30
const stepsOfFurtherModule = 90
const manyModules = 2000

/** `Module.__init__`: empty registries, train mode. */
export function beginModule(interpreter: Interpreter, module: InstanceValue): void {
  const { made } = moduleHistory(interpreter)
  interpreter.step(made.length < manyModules ? stepsOfModule : stepsOfFurtherModule)
  initializeRegistries(module)
  module.attributes.set('training', bool(true))
  if (made.length >= mostRemembered) return
  const { frames } = interpreter
  const isPart = frames.some(({ self }) => self !== null && self !== module && isModule(self))
  made.push({ module, isPart, callSpans: isPart ? [] : frames.map(({ callSpan }) => callSpan) })
}
