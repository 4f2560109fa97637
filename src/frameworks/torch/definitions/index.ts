/** Every constructor call of a layer with parameters in a file, and the calls of the models that it gave rise to. */
import type { Document } from '../../../analysis'
import type { Graph, Span } from '../../../graph'
import { PythonError, type PythonInterpreter } from '../../../python'
import type { InstanceValue, ModuleValue } from '../../../python/values'
import type { ReadDefinition } from '../../reading'
import { moduleHistory } from '../module/instances'
import { isModule } from '../module/registry'
import type { Survey } from '../source/survey'
import { type ConstructorCall, type ConstructorRules, constructorCalls, torchConstructors } from './constructors'

/** Constructors evaluated by themselves, for those that no model reaches. */
const mostEvaluated = 500

const keyOf = ({ start, end }: Span): string => `${start}-${end}`

/** Calls by the constructor expression that made their module. */
function callsByDefinition(document: Document, graph: Graph): ReadonlyMap<string, readonly number[]> {
  const calls = new Map<string, number[]>()
  for (const call of graph.calls) {
    if (call.definition?.file !== document.file || call.kind === 'function') continue
    const key = keyOf(call.definition)
    const known = calls.get(key)
    if (known === undefined) calls.set(key, [call.id])
    else known.push(call.id)
  }
  return calls
}

/** Layers that the run made, by the constructor expression of this file. */
function madeByDefinition(
  interpreter: PythonInterpreter,
  document: Document,
  { layerOfClass }: ConstructorRules,
): ReadonlyMap<string, InstanceValue> {
  const made = new Map<string, InstanceValue>()
  for (const { module } of moduleHistory(interpreter).made) {
    if (module.span === null || module.span.file !== document.file || layerOfClass(module.cls) === null) continue
    const key = keyOf(module.span)
    if (!made.has(key)) made.set(key, module)
  }
  return made
}

function reasonFor(interpreter: PythonInterpreter, call: ConstructorCall, isMade: boolean): string {
  if (isMade) return 'it is constructed, but no forward that was followed calls it'
  const { enclosingClass, enclosingFunction } = call
  if (enclosingClass !== null) {
    const built = moduleHistory(interpreter).made.some(({ module }) => module.cls.mro.some(({ name }) => name === enclosingClass))
    if (!built) return `no model that was followed makes a \`${enclosingClass}\``
    return `\`${enclosingClass}${enclosingFunction === null ? '' : `.${enclosingFunction}`}\` does not come by this line with the arguments that the models give`
  }
  if (enclosingFunction !== null) return `\`${enclosingFunction}\` does not come by this line, or is not called`
  return 'this line was not reached'
}

/** The layer that a constructor makes when it is evaluated alone, in the file's own namespace. */
function evaluated(interpreter: PythonInterpreter, namespace: ModuleValue, { node }: ConstructorCall): InstanceValue | null {
  if (node === null) return null
  try {
    const value = interpreter.evaluateNode(node, namespace)
    return isModule(value) ? value : null
  } catch (error) {
    if (error instanceof PythonError) return null
    throw error
  }
}

/** `graphs` are those of the models shown, in their order. */
export function readDefinitions(
  interpreter: PythonInterpreter,
  document: Document,
  survey: Survey,
  namespace: ModuleValue,
  graphs: readonly Graph[],
  rules: ConstructorRules = torchConstructors,
): readonly ReadDefinition[] {
  const made = madeByDefinition(interpreter, document, rules)
  const written = constructorCalls(survey, namespace, rules)
  const seen = new Set(written.map(({ span }) => keyOf(span)))
  const byRunning = [...made].flatMap(([key, module]): ConstructorCall[] => {
    const callee = rules.layerOfClass(module.cls)
    if (seen.has(key) || module.span === null || callee === null) return []
    return [{ node: null, span: module.span, callee, enclosingClass: null, enclosingFunction: null }]
  })
  const calls = graphs.map((graph) => callsByDefinition(document, graph))
  let evaluations = 0
  return [...written, ...byRunning]
    .sort((a, b) => a.span.start - b.span.start)
    .map((call) => {
      const key = keyOf(call.span)
      const instances = calls.flatMap((byDefinition, model) => {
        const ids = byDefinition.get(key)
        return ids === undefined ? [] : [{ model, calls: ids }]
      })
      if (instances.length > 0) return { span: call.span, callee: call.callee, instances, reason: null, standalone: null }
      const own = made.get(key) ?? null
      evaluations += own === null ? 1 : 0
      const module = own ?? (evaluations > mostEvaluated ? null : evaluated(interpreter, namespace, call))
      const reason = reasonFor(interpreter, call, own !== null)
      return { span: call.span, callee: call.callee, instances, reason, standalone: module === null ? null : rules.standaloneOf(module) }
    })
}
