import { EventEmitter, InlayHint, type InlayHintLabelPart, languages, type Range, type TextDocument } from 'vscode'
import type { Definition } from '../analysis'
import { formatNumber } from '../report/numbers'
import type { Analyzed } from './analyses'
import { commandIds } from './commandIds'
import { health, layerMoments } from './layerMoments'
import { selector } from './selector'
import type { Services } from './services'
import { type Settings, settingsFor } from './settings'

/** `→ 0.33  ← 0.0005▾` at the end of each layer's line. */
export function registerInlayHints({ context, analyses }: Services): void {
  const changed = new EventEmitter<void>()
  const provideInlayHints = async (document: TextDocument, range: Range): Promise<InlayHint[]> => {
    const settings = settingsFor(document.uri)
    if (settings.inlayHints === 'off') return []
    const analyzed = await analyses.of(document)
    if (analyzed === null) return []
    // Several layers on one line share its end: the first speaks.
    const byLine = new Map<number, InlayHint>()
    for (const definition of analyzed.analysis.definitions) {
      const hint = hintFor(analyzed, definition, document, settings)
      if (hint !== null && range.contains(hint.position) && !byLine.has(hint.position.line)) byLine.set(hint.position.line, hint)
    }
    return [...byLine.values()]
  }
  context.subscriptions.push(
    changed,
    languages.registerInlayHintsProvider(selector, { onDidChangeInlayHints: changed.event, provideInlayHints }),
    analyses.onDidAnalyze(() => changed.fire()),
  )
}

function hintFor({ source, analysis }: Analyzed, definition: Definition, document: TextDocument, settings: Settings): InlayHint | null {
  if (definition.span.file !== source.file) return null
  const place = source.place(definition.span.start, definition.span.end)
  const moments = layerMoments(analysis, definition)
  if (place === null || place.uri.toString() !== document.uri.toString() || moments === null) return null
  const parts = [part('→', moments.signal, settings), part('←', moments.gradient, settings)].filter((text) => text !== null)
  const problem = parts.some(({ isProblem }) => isProblem)
  if (parts.length === 0 || (settings.inlayHints === 'problems' && !problem)) return null
  const label: InlayHintLabelPart = {
    value: parts.map(({ text }) => text).join('  '),
    command: { title: 'Open Panel', command: commandIds.openPanel },
  }
  const hint = new InlayHint(document.lineAt(place.range.end.line).range.end, [label])
  hint.paddingLeft = true
  const [low, high] = settings.healthyZone
  hint.tooltip = `Second moment of the signal → and of its gradient ← at this layer, at initialization. ▾ below ${low}, ▴ above ${high}.`
  return hint
}

function part(
  arrow: string,
  value: number | null,
  { healthyZone }: Settings,
): { readonly text: string; readonly isProblem: boolean } | null {
  if (value === null) return null
  const state = health(value, healthyZone)
  const mark = state === 'small' ? '▾' : state === 'large' ? '▴' : ''
  return { text: `${arrow} ${formatNumber(value, 2)}${mark}`, isProblem: mark !== '' }
}
