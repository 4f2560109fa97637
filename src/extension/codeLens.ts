import { CodeLens, EventEmitter, languages, type Range, type TextDocument } from 'vscode'
import type { ModelAnalysis } from '../analysis'
import { currentSentence, formatFactor, type Summary, summarize } from '../report'
import type { Analyzed } from './analyses'
import { commandIds } from './commandIds'
import { editFor } from './edits'
import { selector } from './selector'
import type { Services } from './services'
import { settingsFor } from './settings'

/** Above each model's class, or the expression that builds it: what happens to the signal, and what can be done. */
export function registerCodeLens({ context, analyses }: Services): void {
  const changed = new EventEmitter<void>()
  const provideCodeLenses = async (document: TextDocument): Promise<CodeLens[]> => {
    if (!settingsFor(document.uri).codeLens) return []
    const analyzed = await analyses.of(document)
    return analyzed === null ? [] : byPlace(analyzed, document).flatMap((models) => lensesFor(analyzed, models))
  }
  context.subscriptions.push(
    changed,
    languages.registerCodeLensProvider(selector, { onDidChangeCodeLenses: changed.event, provideCodeLenses }),
    analyses.onDidAnalyze(() => changed.fire()),
  )
}

interface PlacedModels {
  readonly range: Range
  /** In the order of the file's models; never empty. */
  readonly models: readonly [ModelAnalysis, ...ModelAnalysis[]]
}

/** Models with weights by where their class, else the expression that builds them, stands in a document. */
function byPlace({ source, analysis }: Analyzed, document: TextDocument): readonly PlacedModels[] {
  const places = new Map<number, { readonly range: Range; readonly models: [ModelAnalysis, ...ModelAnalysis[]] }>()
  for (const model of analysis.models) {
    const span = model.rootClass?.span.file === source.file ? model.rootClass.span : model.span
    const place = span === null || span.file !== source.file ? null : source.place(span.start, span.start)
    if (span === null || place === null || place.uri.toString() !== document.uri.toString() || model.weights.length === 0) continue
    const found = places.get(span.start)
    if (found === undefined) places.set(span.start, { range: place.range, models: [model] })
    else found.models.push(model)
  }
  return [...places.values()]
}

/** One line for all models of a class: the first speaks. */
function lensesFor(analyzed: Analyzed, { range, models }: PlacedModels): readonly CodeLens[] {
  const { source } = analyzed
  const [model, ...others] = models
  const { file } = source
  const summary = summarize(model, model.current)
  const more = others.length === 0 ? '' : ` · ${others.length} more`
  const lenses = [
    new CodeLens(range, {
      title: `${model.name}: ${shortly(summary)}${more}`,
      tooltip: `${currentSentence(summary, settingsFor(source.uri).healthyZone)} Click for the panel.`,
      command: commandIds.focusLayer,
      arguments: [{ file, model: model.name, call: null, times: 0 }],
    }),
  ]
  if (editFor(analyzed, model, { kind: 'recommended' }).ok) {
    lenses.push(
      new CodeLens(range, {
        title: 'Apply recommended initialization',
        command: commandIds.applyEdit,
        arguments: [{ file, target: { kind: 'model', name: model.name } }],
      }),
    )
  }
  return lenses
}

/** `signal → ×1/1,800, gradient ← ×1/4,200,000`. */
function shortly({ signal, gradient }: Summary): string {
  const parts = [
    ...(signal === null ? [] : [`signal → ${formatFactor(signal.ratio)}`]),
    ...(gradient === null ? [] : [`gradient ← ${formatFactor(gradient.ratio)}`]),
  ]
  return parts.length === 0 ? 'signal not predicted' : parts.join(', ')
}
