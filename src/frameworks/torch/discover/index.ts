/** The models of a file: found, given an input, traced. */
import type { AnalysisOptions, Assumption, Document, InputSpec, Remark } from '../../../analysis'
import type { Note } from '../../../python/host'
import { type Comment, PythonError, type PythonInterpreter } from '../../../python'
import type { InstanceValue, ModuleValue, Value } from '../../../python/values'
import type { ReadModel } from '../../reading'
import type { Survey } from '../source/survey'
import { buildClass } from './build'
import { type Candidate, shortened } from './candidate'
import { findCandidates, type Found, mostModels } from './candidates'
import { choicesFor } from './choices'
import { type Directive, readDirectives } from './directive'
import { entriesBelow } from './first-layer'
import { inputsInFile } from './inputs-in-file'
import { modulesIn } from './instances-found'
import { partsOf, runnable } from './runnable'
import { runOn, solveInput } from './solve-input'
import type { Attempt } from './trace-model'

export interface Discovered {
  readonly models: readonly ReadModel[]
  readonly remarks: readonly Remark[]
}

const standardInput = (shape: readonly number[]): string => shape.join('×')

/** The model or models that an expression gives. */
function fromExpression(
  interpreter: PythonInterpreter,
  document: Document,
  module: ModuleValue,
  expression: string,
  directive: Directive,
): Found {
  let value: Value
  try {
    value = interpreter.evaluateIn(expression, module)
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    return {
      candidates: [],
      failures: [{ message: `${expression}: ${error.message}`, span: error.span?.file === document.file ? error.span : null }],
    }
  }
  if (value.kind === 'class') {
    const { candidates, failure } = buildClass(interpreter, document, value, directive.sizes)
    return { candidates, failures: failure === null ? [] : [failure] }
  }
  return fromValue(value, expression)
}

function fromValue(value: Value, expression: string): Found {
  const models = modulesIn(value)
  const name = shortened(expression)
  if (models.length === 0) {
    const message = value.kind === 'unknown' ? `${name} is not known: ${value.reason}` : `${name} is no model`
    return { candidates: [], failures: [{ message, span: value.kind === 'unknown' ? value.span : null }] }
  }
  const candidates = models.map(
    (model, index): Candidate => ({
      name: models.length === 1 ? name : `${name}[${index}]`,
      model,
      site: null,
      assumptions: [],
      given: new Map(),
      isReturned: true,
    }),
  )
  return { candidates, failures: [] }
}

interface Fed {
  readonly attempt: Attempt | null
  readonly assumption: Assumption | null
}

function describeInput(input: readonly InputSpec[]): string {
  return input.map(({ shape }) => standardInput(shape)).join(', ')
}

/** A shape alone says nothing of what is in it: where numbers do not go through a model of tokens, tokens of its vocabulary are fed. */
function feedAsked(interpreter: PythonInterpreter, { model, site }: Candidate, asked: readonly InputSpec[]): Fed {
  const attempt = runOn(interpreter, model, asked, site)
  const embedding = entriesBelow(model).find((entry) => entry.kind === 'tokens')
  if (attempt.failure === null || embedding?.kind !== 'tokens') return { attempt, assumption: null }
  const tokens = asked.map((spec): InputSpec => ({ ...spec, distribution: { kind: 'tokens', below: embedding.count } }))
  const again = runOn(interpreter, model, tokens, site)
  if (again.failure !== null) return { attempt, assumption: null }
  const message = `the input is taken to be integers below ${embedding.count}, the vocabulary of its embedding`
  return { attempt: again, assumption: { message, span: model.cls.span ?? site, setting: null } }
}

/** Runs a candidate on the input that was asked for, on the file's own, or on one that is found by trying. */
function feed(interpreter: PythonInterpreter, candidate: Candidate, asked: readonly InputSpec[] | null): Fed {
  const { model, site } = candidate
  if (asked !== null) return feedAsked(interpreter, candidate, asked)
  const own = inputsInFile(interpreter, model)
  if (own !== null) {
    const attempt = runOn(interpreter, model, own, site)
    if (attempt.failure === null) return { attempt, assumption: null }
  }
  const attempt = solveInput(interpreter, candidate)
  if (attempt === null) return { attempt: null, assumption: null }
  const message = `input of shape ${describeInput(attempt.input)} is assumed`
  return { attempt, assumption: { message, span: model.cls.span ?? site, setting: 'input' } }
}

const asAssumption = ({ message, span }: Note): Assumption => ({ message, span, setting: null })

/** Traces one candidate. A forward that stops keeps what was followed, with a remark that says where and why. */
function read(interpreter: PythonInterpreter, document: Document, candidate: Candidate, asked: readonly InputSpec[] | null): Discovered {
  const { attempt, assumption } = feed(interpreter, candidate, asked)
  const span = candidate.model.cls.span?.file === document.file ? candidate.model.cls.span : candidate.site
  if (attempt === null) {
    return { models: [], remarks: [{ message: `${candidate.name}: it has no layer that tells the shape of its input`, span }] }
  }
  const stopped = attempt.failure ?? attempt.lost
  const remarks: Remark[] =
    stopped === null ? [] : [{ message: `${candidate.name} is not followed to its end: ${stopped.message}`, span: stopped.span ?? span }]
  remarks.push(...attempt.notes.filter(({ kind }) => kind === 'unread'))
  if (attempt.graph.calls.length === 0 && stopped !== null) return { models: [], remarks }
  const assumptions = [
    ...candidate.assumptions,
    ...(assumption === null ? [] : [assumption]),
    ...attempt.notes.filter(({ kind }) => kind === 'assumption').map(asAssumption),
  ]
  const { cls } = candidate.model
  const rootClass = cls.span === null ? null : { name: cls.name, span: cls.span }
  return {
    models: [
      {
        name: candidate.name,
        framework: 'pytorch',
        span,
        rootClass,
        ...(candidate.whole === undefined ? {} : { whole: candidate.whole }),
        assumptions,
        input: attempt.input,
        graph: attempt.graph,
      },
    ],
    remarks,
  }
}

/** A model whose `forward` calls none of its layers, as one that holds two networks and trains them apart: its parts are read in its place. */
function readWithParts(
  interpreter: PythonInterpreter,
  document: Document,
  candidate: Candidate,
  asked: readonly InputSpec[] | null,
): Discovered {
  const whole = read(interpreter, document, candidate, asked)
  if (whole.models.length === 0 || whole.models.some(({ graph }) => graph.calls.length > 0)) return whole
  const parts = candidate.model.cls.span === null ? [] : partsOf(candidate)
  const followed = parts.map((part) => read(interpreter, document, part, asked)).filter(({ models }) => models.length > 0)
  if (followed.length === 0) return whole
  return { models: followed.flatMap(({ models }) => models), remarks: followed.flatMap(({ remarks }) => remarks) }
}

/** Share of the time after which no further model is begun. */
const mostSpent = 0.85

/** The models of a file that has been run. */
export function discoverModels(
  interpreter: PythonInterpreter,
  document: Document,
  options: AnalysisOptions,
  survey: Survey,
  comments: readonly Comment[],
  module: ModuleValue,
  assumptionsOf: (model: InstanceValue) => readonly Assumption[],
): Discovered {
  const directive = readDirectives(interpreter, module, comments)
  const asked = options.input ?? directive.input
  const sizes = { ...directive.sizes, ...options.sizes }
  const found =
    options.model !== undefined
      ? fromExpression(interpreter, document, module, options.model, { ...directive, sizes })
      : directive.model !== null
        ? fromValue(directive.model, 'model')
        : findCandidates(interpreter, document, module, survey, sizes)
  const choices = interpreter.notes.filter(({ kind, span }) => kind === 'assumption' && span?.file === document.file).map(asAssumption)
  const models: ReadModel[] = []
  const remarks: Remark[] = [...directive.problems, ...found.failures]
  for (const candidate of found.candidates.flatMap(runnable).slice(0, mostModels)) {
    if (models.length > 0 && interpreter.meter.spent > mostSpent) {
      remarks.push({
        message: `${candidate.name} and what follows it are not traced: reading takes longer than is given to it`,
        span: candidate.site,
      })
      break
    }
    const assumptions = [...candidate.assumptions, ...assumptionsOf(candidate.model), ...choicesFor(candidate.model, choices, module)]
    const discovered = interpreter.meter.earning(
      () =>
        interpreter.bounded(
          () => readWithParts(interpreter, document, { ...candidate, assumptions }, asked),
          (reason, span): Discovered => ({
            models: [],
            remarks: [{ message: `${candidate.name} is not read: ${reason}`, span: span ?? candidate.site }],
          }),
        ),
      (result) => result.models.length > 0 && result.remarks.length === 0,
    )
    models.push(...discovered.models)
    remarks.push(...discovered.remarks)
  }
  return { models, remarks }
}
