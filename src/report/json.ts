import type {
  Analysis,
  Definition,
  Finding,
  ForwardMoments,
  GradientMoments,
  ModelAnalysis,
  Recommendation,
  Unpredicted,
  Verdict,
  WeightAdvice,
} from '../analysis'
import { type Call, distributionVariance, type Span } from '../graph'
import { verdictSentence } from './verdicts'

export const schemaVersion = 1

/** The analysis as other tools read it: the contract of `init-lens analyze --json`. Lines count from 1, columns from 0. */
export function toJson(analysis: Analysis): JsonAnalysis {
  return {
    schemaVersion,
    file: analysis.file,
    message: analysis.message,
    models: analysis.models.map((model) => modelToJson(model, analysis.file)),
    definitions: analysis.definitions.map((definition) => definitionToJson(definition, analysis)),
    unread: analysis.unread.map((remark) => ({
      line: remark.span?.line ?? null,
      file: remark.span?.file ?? analysis.file,
      reason: remark.message,
    })),
  }
}

export interface JsonAnalysis {
  readonly schemaVersion: number
  readonly file: string
  readonly message: string | null
  readonly models: readonly JsonModel[]
  readonly definitions: readonly JsonDefinition[]
  readonly unread: readonly { readonly line: number | null; readonly file: string; readonly reason: string }[]
}

export interface JsonModel {
  readonly name: string
  readonly framework: ModelAnalysis['framework']
  readonly line: number | null
  readonly assumptions: readonly string[]
  readonly input: readonly (readonly number[])[]
  readonly calls: readonly JsonCall[]
  readonly weights: readonly JsonWeight[]
  readonly verdicts: readonly JsonVerdict[]
  readonly findings: readonly JsonFinding[]
}

export interface JsonCall {
  readonly name: string
  readonly call: number
  readonly kind?: 'function' | 'composite'
  readonly type: string
  readonly line: number | null
  /** Of the line, where it is another than the one that was analyzed. */
  readonly file?: string
  readonly shape: readonly number[] | null
  readonly forward: {
    readonly mean: number
    readonly secondMoment: number
    readonly variance: number
    readonly band: readonly [number, number]
  } | null
  readonly backward: { readonly secondMoment: number; readonly band: readonly [number, number] } | null
  /** With the advice applied. */
  readonly recommended: { readonly forward: number | null; readonly backward: number | null }
  readonly reason?: string
}

export interface JsonWeight {
  readonly name: string
  readonly call: string
  readonly line: number | null
  readonly file?: string
  readonly fanIn: number | null
  readonly fanOut: number | null
  readonly activation: string | null
  readonly activationLine: number | null
  readonly current: { readonly name: string; readonly variance: number | null; readonly origin: 'default' | 'written' }
  readonly recommended: Omit<JsonRecommendation, 'initializer'>
  readonly xavier: { readonly lesson: number | null; readonly glorot: number | null }
}
type JsonRecommendation = Omit<Recommendation, 'initializer'>

/** Factors are on second moments from one layer to the next; see `Verdict`. */
export interface JsonVerdict extends Omit<Verdict, 'calls'> {
  readonly message: string
}

export interface JsonFinding {
  readonly rule: string
  readonly severity: Finding['severity']
  readonly line: number | null
  readonly message: string
  readonly calls: readonly string[]
  readonly fix: boolean
}

export interface JsonDefinition {
  readonly line: number
  readonly column: number
  readonly callee: string
  readonly calls: readonly string[]
  readonly reason: string | null
}

function modelToJson(model: ModelAnalysis, file: string): JsonModel {
  return {
    name: model.name,
    framework: model.framework,
    line: model.span?.line ?? null,
    assumptions: model.assumptions.map((assumption) => assumption.message),
    input: model.input.map((input) => input.shape),
    calls: model.graph.calls.map((call) => callToJson(call, model, file)),
    weights: model.weights.map((advice) => weightToJson(advice, model, file)),
    verdicts: model.verdicts.map(({ calls: _, ...verdict }) => ({ ...verdict, message: verdictSentence({ ...verdict, calls: [] }) })),
    findings: model.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      line: finding.span?.line ?? null,
      message: finding.message,
      calls: finding.calls.flatMap((id) => model.graph.calls[id]?.name ?? []),
      fix: finding.fix !== null,
    })),
  }
}

function callToJson(call: Call, model: ModelAnalysis, file: string): JsonCall {
  const place = call.definition ?? call.site
  const [output] = call.outputs
  const forward = at(model.current.forward, output)
  const backward = at(model.current.backward, output)
  const reason =
    forward?.known === false
      ? forward.reason
      : backward?.known === false
        ? backward.reason
        : output === undefined
          ? 'its output is not a tensor'
          : null
  return {
    name: call.name,
    call: call.call,
    ...(call.kind === 'module' ? {} : { kind: call.kind }),
    type: call.type,
    line: place?.line ?? null,
    ...otherFile(place, file),
    shape: output === undefined ? null : (model.graph.tensors[output]?.shape ?? null),
    forward: forward?.known
      ? { mean: forward.mean, secondMoment: forward.secondMoment, variance: forward.variance, band: forward.band }
      : null,
    backward: backward?.known ? { secondMoment: backward.secondMoment, band: backward.band } : null,
    recommended: {
      forward: secondMoment(at(model.recommended.forward, output)),
      backward: secondMoment(at(model.recommended.backward, output)),
    },
    ...(reason === null ? {} : { reason }),
  }
}

function otherFile(place: Span | null | undefined, file: string): { readonly file?: string } {
  return place === null || place === undefined || place.file === file ? {} : { file: place.file }
}

function secondMoment(moments: ForwardMoments | GradientMoments | Unpredicted | undefined): number | null {
  return moments?.known ? moments.secondMoment : null
}

function at<T>(items: readonly T[], index: number | undefined): T | undefined {
  return index === undefined ? undefined : items[index]
}

function weightToJson(advice: WeightAdvice, model: ModelAnalysis, file: string): JsonWeight {
  const parameter = model.graph.parameters[advice.parameter]
  const { initializer: _, ...recommended } = advice.recommended
  return {
    name: parameter?.name ?? '',
    call: model.graph.calls[advice.call]?.name ?? '',
    line: parameter?.definition?.line ?? null,
    ...otherFile(parameter?.definition, file),
    fanIn: parameter?.fans?.fanIn ?? null,
    fanOut: parameter?.fans?.fanOut ?? null,
    activation: advice.activation,
    activationLine: advice.activationSpan?.line ?? null,
    current: {
      name: parameter?.initializer.label ?? 'unknown',
      variance: parameter === undefined ? null : distributionVariance(parameter.initializer.distribution, parameter.shape),
      origin: parameter?.initializer.origin ?? 'default',
    },
    recommended,
    xavier: { lesson: advice.lessonVariance, glorot: advice.glorotVariance },
  }
}

function definitionToJson(definition: Definition, analysis: Analysis): JsonDefinition {
  const names = definition.instances.flatMap(({ model, calls }) =>
    calls.flatMap((id) => analysis.models[model]?.graph.calls[id]?.name ?? []),
  )
  return {
    line: definition.span.line,
    column: definition.span.column,
    callee: definition.callee,
    calls: [...new Set(names)],
    reason: definition.reason,
  }
}
