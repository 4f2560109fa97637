import type { Analysis, AnalysisOptions, Document, ModelAnalysis } from '../../analysis'
import type { ModuleRequest, SourceFile } from '../../python/host'

/** What the extension host tells its analysis thread. */
export type ToThread =
  | { readonly type: 'analyze'; readonly id: number; readonly document: Document; readonly options: AnalysisOptions }
  /** Nobody waits for it any more: it is answered all the same. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Answer to `lookup`. */
  | { readonly type: 'source'; readonly question: number; readonly file: SourceFile | null }
  | { readonly type: 'forget' }

/** What the thread answers and asks. */
export type FromThread =
  | { readonly type: 'part'; readonly id: number; readonly analysis: SentAnalysis }
  /** null: cancelled. */
  | { readonly type: 'done'; readonly id: number; readonly analysis: SentAnalysis | null }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | { readonly type: 'lookup'; readonly id: number; readonly question: number; readonly request: ModuleRequest }

/** A model goes from thread to thread once; where it was sent before, a number says as which. */
export interface SentAnalysis extends Omit<Analysis, 'models'> {
  readonly models: readonly (ModelAnalysis | number)[]
}

/** Packs the parts of one analysis. */
export function packer(): (analysis: Analysis) => SentAnalysis {
  const sent = new Map<ModelAnalysis, number>()
  return (analysis) => ({
    ...analysis,
    models: analysis.models.map((model) => {
      const known = sent.get(model)
      if (known === undefined) sent.set(model, sent.size)
      return known ?? model
    }),
  })
}

/** Unpacks them, in the order in which they were packed. */
export function unpacker(): (analysis: SentAnalysis) => Analysis {
  const received: ModelAnalysis[] = []
  return (analysis) => ({
    ...analysis,
    models: analysis.models.map((model) => {
      if (typeof model !== 'number') received.push(model)
      return typeof model === 'number' ? (received[model] as ModelAnalysis) : model
    }),
  })
}
