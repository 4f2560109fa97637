import { CodeLens, EventEmitter, languages, type TextDocument } from 'vscode'
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
    return analyzed === null ? [] : analyzed.analysis.models.flatMap((model) => lensesFor(analyzed, model, document))
  }
  context.subscriptions.push(
    changed,
    languages.registerCodeLensProvider(selector, { onDidChangeCodeLenses: changed.event, provideCodeLenses }),
    analyses.onDidAnalyze(() => changed.fire()),
  )
}

function lensesFor(analyzed: Analyzed, model: ModelAnalysis, document: TextDocument): readonly CodeLens[] {
  const { source } = analyzed
  const span = model.rootClass?.span.file === source.file ? model.rootClass.span : model.span
  const place = span === null || span.file !== source.file ? null : source.place(span.start, span.start)
  const summary = summarize(model, model.current)
  if (place === null || place.uri.toString() !== document.uri.toString() || model.weights.length === 0) return []
  const { file } = source
  const open = { command: commandIds.focusLayer, arguments: [{ file, model: model.name, call: null, times: 0 }] }
  const tooltip = `${currentSentence(summary, settingsFor(document.uri).healthyZone)} Click for the panel.`
  const lenses = [new CodeLens(place.range, { title: `${model.name}: ${shortly(summary)}`, tooltip, ...open })]
  if (editFor(analyzed, model, { kind: 'recommended' }).ok) {
    lenses.push(
      new CodeLens(place.range, {
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
