import type { Analysis, AnalysisOptions, Document } from '../../analysis'
import type { ModuleRequest, SourceFile } from '../../python/host'

/** What the extension host tells its analysis thread. */
export type ToThread =
  | { readonly type: 'analyze'; readonly id: number; readonly document: Document; readonly options: AnalysisOptions }
  /** Answer to `lookup`. */
  | { readonly type: 'source'; readonly question: number; readonly file: SourceFile | null }
  | { readonly type: 'forget' }

/** What the thread answers and asks. */
export type FromThread =
  | { readonly type: 'done'; readonly id: number; readonly analysis: Analysis }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | { readonly type: 'lookup'; readonly id: number; readonly question: number; readonly request: ModuleRequest }
