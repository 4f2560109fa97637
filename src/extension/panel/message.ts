import type { ModelAnalysis } from '../../analysis'
import type { AnalysisMessage } from '../../protocol'
import type { Analyzed, FileOptions } from '../analyses'
import type { Settings } from '../settings'
import type { SourceText } from '../sourceText'

/** How one panel looks at an analysis. */
export interface PanelView {
  /** Name of the model that was picked; null: the first. */
  readonly model: string | null
  readonly pinned: boolean
  readonly options: FileOptions
  readonly settings: Settings
  readonly measuring: AnalysisMessage['measuring']
  readonly tried: AnalysisMessage['tried']
}

/** The model that a panel shows: the picked one while the file has it, else the first. */
export function shownModel({ analysis }: Analyzed, name: string | null): ModelAnalysis | null {
  return analysis.models.find((model) => model.name === name) ?? analysis.models[0] ?? null
}

export function analysisMessage(analyzed: Analyzed, view: PanelView): AnalysisMessage {
  const { source, analysis } = analyzed
  const { healthyZone, xavierVariance, distribution } = view.settings
  return {
    type: 'analysis',
    file: source.file,
    label: source.label,
    version: source.version,
    models: analysis.models.map(({ name, framework, span }) => ({ name, framework, line: span?.line ?? null })),
    waiting: analysis.waiting,
    model: shownModel(analyzed, view.model),
    unread: analysis.unread,
    message: analysis.message,
    options: view.options,
    settings: { healthyZone, xavierVariance, distribution },
    measuring: view.measuring,
    pinned: view.pinned,
    tried: view.tried,
  }
}

/** What a panel shows while it has no file: a restored one whose file is gone. */
export function emptyMessage({ options, settings, pinned }: Pick<PanelView, 'options' | 'settings' | 'pinned'>): AnalysisMessage {
  const { healthyZone, xavierVariance, distribution } = settings
  return {
    type: 'analysis',
    file: '',
    label: '',
    version: 0,
    models: [],
    waiting: [],
    model: null,
    unread: [],
    message: 'Open a file with a PyTorch, Keras, Flax or TensorFlow.js model, a notebook, or a layer spec.',
    options,
    settings: { healthyZone, xavierVariance, distribution },
    measuring: 'unavailable',
    pinned,
    tried: {},
  }
}

/** What a panel shows until a file that it turned to is read. */
export function readingMessage(source: SourceText, view: Pick<PanelView, 'options' | 'settings' | 'pinned'>): AnalysisMessage {
  const { file, label, version } = source
  return { ...emptyMessage(view), file, label, version, message: `Reading ${label}…` }
}
