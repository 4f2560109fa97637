import { LanguageStatusSeverity, languages, StatusBarAlignment, window } from 'vscode'
import { formatFactor, summarize } from '../report'
import type { Analyzed } from './analyses'
import { commandIds } from './commandIds'
import { isTensorflowScript } from './scripts'
import { named } from './selector'
import type { Services } from './services'
import { sourceOf } from './sourceText'

/** One short item in the status bar for the active file, and a language status that says what was assumed and not read. */
export function registerStatus({ context, analyses }: Services): void {
  const bar = window.createStatusBarItem('initLens.summary', StatusBarAlignment.Right, 100)
  bar.name = 'Init Lens'
  bar.command = commandIds.openPanel
  const language = languages.createLanguageStatusItem('initLens.reading', named)
  language.name = 'Init Lens'
  const update = (): void => {
    const editor = window.activeTextEditor
    const source = editor === undefined ? null : sourceOf(editor.document)
    const analyzed = source === null ? null : analyses.byFile(source.file)
    const text = analyzed === null ? null : summary(analyzed)
    if (text === null) bar.hide()
    else {
      bar.text = `$(pulse) ${text}`
      bar.tooltip = 'How the signal → and the gradient ← change through the model at initialization. Click for the panel.'
      bar.show()
    }
    // Most scripts are not ours: the item shows for the one that is.
    const script = editor !== undefined && isTensorflowScript(editor.document) ? [{ pattern: editor.document.uri.fsPath }] : []
    language.selector = [...named, ...script]
    language.text = analyzed === null ? 'Init Lens' : readingText(analyzed)
    language.detail = analyzed === null ? '' : readingDetail(analyzed)
    language.severity =
      analyzed !== null && analyzed.analysis.unread.length > 0 ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information
    language.command = { title: 'Open Panel', command: commandIds.openPanel }
  }
  context.subscriptions.push(
    bar,
    language,
    window.onDidChangeActiveTextEditor(update),
    analyses.onDidAnalyze(update),
    analyses.onDidAdvance(update),
  )
}

/** `→ ×1/1,800 ← ×1/4,200,000` of the first model; null when there is none or it is not predicted. */
function summary({ analysis }: Analyzed): string | null {
  const [model] = analysis.models
  const { signal, gradient } = model === undefined ? { signal: null, gradient: null } : summarize(model, model.current)
  return signal === null || gradient === null ? null : `→ ${formatFactor(signal.ratio)} ← ${formatFactor(gradient.ratio)}`
}

function readingText({ analysis }: Analyzed): string {
  const { length } = analysis.models
  const { waiting } = analysis
  if (waiting.length > 0) return `${length} of ${length + waiting.length} models predicted`
  if (analysis.message !== null) return analysis.message
  return length === 1 ? '1 model read' : `${length} models read`
}

function readingDetail({ analysis }: Analyzed): string {
  const assumed = new Set(analysis.models.flatMap(({ assumptions }) => assumptions.map(({ message }) => message)))
  const unread = analysis.unread.map(({ message, span }) => (span === null ? message : `line ${span.line}: ${message}`))
  return [
    ...(assumed.size > 0 ? [`Assumed: ${[...assumed].join('; ')}`] : []),
    ...(unread.length > 0 ? [`Not read: ${unread.join('; ')}`] : []),
  ].join(' · ')
}
