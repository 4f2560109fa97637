/** A script, run. */
import type { AnalysisOptions, Assumption } from '../../analysis'
import { ArrayValue, type Evaluator, JavaScriptRun, type ModuleRecord, type Program, Unknown, type Value } from '../../javascript'
import { SpecError } from '../spec/place'
import { runPlan } from '../spec/run'
import type { ReadingHost } from '../torch'
import type { OwnLayers } from './custom'
import { computedBy } from './customCall'
import { packages, tensorflow } from './namespace'
import { outputShapeOf } from './outputShape'
import { Placeholders, type Sizes } from './placeholders'
import { planOfTensor } from './plan'
import { sourcesOf } from './sources'
import { State, type TensorValue } from './values'

const mostMilliseconds = { file: 1500, model: 3000 } as const

export interface ScriptRun {
  readonly program: Program
  readonly evaluator: Evaluator
  readonly module: ModuleRecord
  readonly state: State
  readonly own: OwnLayers
  readonly pending: boolean
  /** What is assumed of files that are not found. */
  readonly assumptions: readonly Assumption[]
}

/** Evaluates the file and what it imports; nothing of it is executed. */
export function runScript(program: Program, options: AnalysisOptions, host: ReadingHost, sizes: Sizes): ScriptRun {
  const own: OwnLayers = {
    outputShape: (instance, shapes) => outputShapeOf(run.evaluator, instance, shapes),
    computed(instance, scope, inputs) {
      state.computing.push(scope)
      try {
        return computedBy(run.evaluator, instance, scope, inputs)
      } finally {
        state.computing.pop()
      }
    },
  }
  const shapeOf = (tensor: TensorValue): Value => {
    try {
      const { model } = runPlan(planOfTensor(tensor, own), {})
      const [output] = model.graph.outputs
      const shape = output === undefined ? undefined : model.graph.tensors[output]?.shape
      return shape === undefined ? undefined : new ArrayValue([null, ...shape.slice(1)])
    } catch (error) {
      if (!(error instanceof SpecError)) throw error
      return new Unknown(error.message, error.span)
    }
  }
  const state = new State(shapeOf, () => run.evaluator.running.filter(({ name }) => name !== '').at(-1) ?? null)
  const tf = tensorflow(state)
  const { sources } = host
  // What files that are not here would give, by the names that are taken from them.
  const imports = new Placeholders(sizes)
  const run: JavaScriptRun = new JavaScriptRun(program, {
    library: (specifier) => (packages.test(specifier) ? tf : undefined),
    source: sourcesOf(sources),
    absent: (specifier, span) => imports.open(`${specifier} is not found`, specifier, span),
    globals: { tf },
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model },
    ...(host.now === undefined ? {} : { now: host.now }),
  })
  const module = run.main()
  return { program, evaluator: run.evaluator, module, state, own, pending: run.pending, assumptions: imports.assumptions }
}
