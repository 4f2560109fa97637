/**
 * The messages between the extension and the panel. Both directions are discriminated unions on `type`;
 * what arrives is checked by `isToWebview` and `isFromWebview` before anything reads it.
 * Messages travel as JSON: Infinity and NaN arrive as null. A `secondMoment` that is null on a known moment overflowed a double.
 */
import type { ActivationFunction, Initializer, Span } from '../graph'
import type { InputSpec, ModelAnalysis, Remark, SizeKnob } from '../analysis'

export type { InputSpec, ModelAnalysis } from '../analysis'

/** What people call the frameworks. */
export const frameworkNames: Readonly<Record<ModelAnalysis['framework'], string>> = {
  pytorch: 'PyTorch',
  keras: 'Keras',
  flax: 'Flax',
  tensorflowjs: 'TensorFlow.js',
  spec: 'a layer spec',
}

/** One entry of the model picker. */
export interface ModelEntry {
  /** As `ModelAnalysis.name`: `alexnet()`. Unique in a file. */
  readonly name: string
  readonly framework: ModelAnalysis['framework']
  readonly line: number | null
}

export interface PanelSettings {
  /** Second moments inside are healthy: [0.1, 10] by default. */
  readonly healthyZone: readonly [number, number]
  readonly xavierVariance: 'glorot' | 'lesson'
  readonly distribution: 'normal' | 'uniform'
}

/** What the user set for this file in the panel, as it will be analyzed. */
export interface PanelOptions {
  /** Expression typed into the model field; null: the models found in the file. */
  readonly modelExpression: string | null
  /** null: the file's own or the assumed one. */
  readonly input: readonly InputSpec[] | null
  /** Placeholders: `{ hidden: 512 }`. */
  readonly sizes: Readonly<Record<string, number>>
}

/** The analysis of one version of one file, with the selected model whole and the others by name. */
export interface AnalysisMessage {
  readonly type: 'analysis'
  /** Path or URI as spans name it. */
  readonly file: string
  /** Short name for people: `alexnet.py`. */
  readonly label: string
  /** The document's version that was read; echoed by requests that edit. */
  readonly version: number
  readonly models: readonly ModelEntry[]
  /** Names of models that are read, and predicted in a moment. */
  readonly waiting: readonly string[]
  /** The selected one; null when there is none or it could not be read (`message` says why). */
  readonly model: ModelAnalysis | null
  readonly unread: readonly Remark[]
  /** Why there is nothing to show, in one sentence; null when there is something. */
  readonly message: string | null
  readonly options: PanelOptions
  readonly settings: PanelSettings
  /** Whether "Measure" may run Python: `untrusted` workspace, `unavailable` on this host (a browser), else `ready`. */
  readonly measuring: 'ready' | 'untrusted' | 'unavailable'
  /** The panel keeps to this file although another becomes active. */
  readonly pinned: boolean
  /** Sizes that `model` has in place of those written, by `SizeKnob.id`; empty for the file as it is. */
  readonly tried: Readonly<Record<string, number>>
}

/** Sizes of the shown model that may be tried. Follows an `analysis`. */
export interface SizesMessage {
  readonly type: 'sizes'
  readonly file: string
  readonly version: number
  readonly knobs: readonly SizeKnob[]
}

/** The shown model as the file has it, beside an `analysis` of other sizes. Sent when it is another than before. */
export interface WrittenMessage {
  readonly type: 'written'
  readonly file: string
  readonly version: number
  readonly model: ModelAnalysis | null
}

/** The document changed; what is shown is of `version` until the next analysis. */
export interface StaleMessage {
  readonly type: 'stale'
  readonly version: number
}

/** The editor's cursor is on this line of the analyzed file (from 1); null: elsewhere. */
export interface CursorMessage {
  readonly type: 'cursor'
  readonly line: number | null
}

/** Statistics of one leaf call over seeds, by `named_modules()` name. */
export interface MeasuredCall {
  readonly name: string
  readonly call: number
  readonly forward: MeasuredMoment | null
  readonly backward: MeasuredMoment | null
}
export interface MeasuredMoment {
  readonly secondMoment: number
  /** Standard error of the mean over seeds. */
  readonly standardError: number
}
export interface Measurement {
  /** Model that was measured, as `ModelEntry.name`. */
  readonly model: string
  /** The document's version that ran. */
  readonly version: number
  readonly seeds: number
  /** `PyTorch 2.9.0, Python 3.11`. */
  readonly environment: string
  readonly calls: readonly MeasuredCall[]
}
export type MeasureMessage =
  | { readonly type: 'measureProgress'; readonly done: number; readonly total: number; readonly message: string }
  | { readonly type: 'measureResult'; readonly measurement: Measurement }
  /** `detail`: the traceback's last line, when there is one. `action`: the way out that the panel offers as a button. */
  | {
      readonly type: 'measureError'
      readonly message: string
      readonly detail: string | null
      readonly action: 'chooseInterpreter' | 'showLog' | null
    }
  | { readonly type: 'measureCancelled' }

/** Lines of the file around an edit, before and after it, as a diff shows them. */
export interface DiffHunk {
  readonly file: string
  /** Line number of the first line, before and after, from 1. */
  readonly beforeLine: number
  readonly afterLine: number
  readonly lines: readonly DiffLine[]
}
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}
/** Answer to `preview`; `reason` says why there is no edit. */
export interface PreviewMessage {
  readonly type: 'preview'
  readonly id: number
  readonly hunks: readonly DiffHunk[]
  readonly reason: string | null
}
/** Answer to `apply` and `export`: shown in the panel's status line. */
export interface DoneMessage {
  readonly type: 'done'
  readonly id: number
  readonly ok: boolean
  readonly message: string
}
/** Select this layer (a hover's "Open panel" link leads here). */
export interface FocusMessage {
  readonly type: 'focus'
  readonly call: string
  readonly times: number
}

export type ToWebview =
  | AnalysisMessage
  | SizesMessage
  | WrittenMessage
  | StaleMessage
  | CursorMessage
  | MeasureMessage
  | PreviewMessage
  | DoneMessage
  | FocusMessage

/**
 * A message as the bytes of its JSON. VS Code hands bytes on as they are, where it writes, reads and copies an object at every step between
 * the extension and the panel's frame: for an analysis that is most of the way.
 */
export interface PackedMessage {
  readonly type: 'packed'
  readonly json: ArrayBuffer
}

/** An edit of the file that the panel asks for. */
export type EditRequest =
  /** The recommended initialization of every weight that departs from it. */
  | { readonly kind: 'recommended' }
  /** The recommended initialization of these parameters (ids in the graph). */
  | { readonly kind: 'parameters'; readonly parameters: readonly number[] }
  /** The fix of `ModelAnalysis.findings[finding]`. */
  | { readonly kind: 'finding'; readonly finding: number }
  /** What was tried in the panel. */
  | { readonly kind: 'experiment'; readonly initializers: readonly InitializerChange[]; readonly activations: readonly ActivationChange[] }
export interface InitializerChange {
  readonly parameter: number
  readonly initializer: Initializer
}
/** `node` is an activation node of the graph. */
export interface ActivationChange {
  readonly node: number
  readonly fn: ActivationFunction
}

export type ExportFormat = 'markdown' | 'latex' | 'csv' | 'json' | 'svg' | 'png'

export type FromWebview =
  /** The panel runs and wants an `analysis`. */
  | { readonly type: 'ready' }
  | { readonly type: 'selectModel'; readonly name: string }
  /** null goes back to the file's own. Each is answered by a new `analysis`. */
  | { readonly type: 'setModelExpression'; readonly expression: string | null }
  | { readonly type: 'setInput'; readonly input: readonly InputSpec[] | null }
  | { readonly type: 'setSize'; readonly name: string; readonly value: number | null }
  /** Sizes to try in place of those written, by `SizeKnob.id`; all of them, each time. Answered by an `analysis`. */
  | { readonly type: 'trySizes'; readonly sizes: Readonly<Record<string, number>> }
  | { readonly type: 'reveal'; readonly span: Span; readonly preserveFocus: boolean }
  /** Answered by `preview` with the same id. Changes nothing. */
  | { readonly type: 'preview'; readonly id: number; readonly version: number; readonly edit: EditRequest }
  /** Answered by `done`; a file of another version is analyzed again first. */
  | { readonly type: 'apply'; readonly id: number; readonly version: number; readonly edit: EditRequest }
  | { readonly type: 'measureStart'; readonly seeds: number; readonly seconds: number }
  | { readonly type: 'measureCancel' }
  /** `copy`: to the clipboard (text formats), else a save dialog. `content` of PNG is base64. Answered by `done`. */
  | {
      readonly type: 'export'
      readonly id: number
      readonly format: ExportFormat
      readonly copy: boolean
      readonly fileName: string
      readonly content: string
    }
  | { readonly type: 'setPinned'; readonly pinned: boolean }
  | { readonly type: 'chooseInterpreter' }
  | { readonly type: 'manageTrust' }
  | { readonly type: 'showLog' }
  | { readonly type: 'openSettings' }
  /** Something went wrong in the panel: for the log. */
  | { readonly type: 'problem'; readonly message: string }

/** What the panel keeps through `setState` and a restored panel gets back: small, the rest is analyzed anew. */
export interface PanelState {
  readonly file: string | null
  readonly model: string | null
  readonly options: PanelOptions
  readonly pinned: boolean
  readonly tried: Readonly<Record<string, number>>
}
