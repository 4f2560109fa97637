import type { SizeKnob } from '../analysis'
import type { AnalysisMessage, DiffHunk, Measurement, ModelAnalysis } from '../protocol'
import type { ClassicId } from './model/classics'
import { type Experiment, emptyExperiment } from './model/experiment'
import type { Order } from './model/order'
import { createStore, type Store } from './store'

/** What the chart shows of signal and gradient. */
export type View = 'signal' | 'gradient' | 'both'

export type Measuring =
  | { readonly kind: 'idle' }
  /** Python's measurement or the simulation runs. */
  | {
      readonly kind: 'running'
      readonly what: 'measure' | 'simulate'
      readonly done: number
      readonly total: number
      readonly message: string
    }
  | {
      readonly kind: 'failed'
      readonly message: string
      readonly detail: string | null
      readonly action: 'chooseInterpreter' | 'showLog' | null
    }

/** Points that a real network gave. */
export interface Overlay {
  readonly source: 'measured' | 'simulated'
  readonly measurement: Measurement
}

export type Preview =
  | { readonly kind: 'waiting'; readonly id: number }
  | { readonly kind: 'shown'; readonly hunks: readonly DiffHunk[]; readonly reason: string | null }

export interface State {
  readonly analysis: AnalysisMessage | null
  /** The model as the file has it, to compare with while other sizes are tried; null while it is not told. */
  readonly written: ModelAnalysis | null
  /** A large model that has been drawn once: what is compared with it may be predicted now. */
  readonly drawn: ModelAnalysis | null
  /** The document has changed since; a new analysis is on its way. */
  readonly stale: boolean
  readonly view: View
  readonly classics: ReadonlySet<ClassicId>
  readonly showCurrent: boolean
  readonly showRecommended: boolean
  readonly showBand: boolean
  /** The chart leaves activations, norms, pools away. */
  readonly onlyWeights: boolean
  /** Key of the layer whose drawer is open. */
  readonly selected: string | null
  /** Key of the layer under the crosshair. */
  readonly crosshair: string | null
  /** Whether the numbers at the crosshair are shown: while the chart is pointed at or walked. */
  readonly readout: boolean
  /** Line of the editor's cursor. */
  readonly cursorLine: number | null
  /** Modules shown as one. */
  readonly collapsed: ReadonlySet<string>
  readonly order: Order | null
  readonly filter: string
  readonly experiment: Experiment
  /** Sizes of the model that may be tried, null until they are told; the values tried are in `analysis.tried`. */
  readonly knobs: readonly SizeKnob[] | null
  /** Sizes that were asked for and whose analysis is on its way; null when it is there. */
  readonly wanted: AnalysisMessage['tried'] | null
  readonly overlay: Overlay | null
  readonly measuring: Measuring
  readonly preview: Preview | null
  /** Last word on an edit or an export. */
  readonly notice: { readonly ok: boolean; readonly message: string } | null
  /** Spoken by screen readers. */
  readonly spoken: string
}

export type PanelStore = Store<State>

/** The part of the state that is worth keeping over a reload: small, and plain JSON. */
export interface SavedView {
  readonly view: View
  readonly classics: readonly string[]
  readonly showCurrent: boolean
  readonly showRecommended: boolean
  readonly showBand: boolean
  readonly onlyWeights: boolean
  readonly selected: string | null
  readonly collapsed: readonly string[]
  readonly order: Order | null
  readonly filter: string
  readonly experiment: Experiment
  readonly overlay: Overlay | null
}

export const initialState: State = {
  analysis: null,
  written: null,
  drawn: null,
  stale: false,
  view: 'both',
  classics: new Set<ClassicId>(['small']),
  showCurrent: true,
  showRecommended: true,
  showBand: true,
  onlyWeights: false,
  selected: null,
  crosshair: null,
  readout: false,
  cursorLine: null,
  collapsed: new Set(),
  order: null,
  filter: '',
  experiment: emptyExperiment,
  knobs: null,
  wanted: null,
  overlay: null,
  measuring: { kind: 'idle' },
  preview: null,
  notice: null,
  spoken: '',
}

export function createPanelStore(): PanelStore {
  return createStore(initialState)
}
