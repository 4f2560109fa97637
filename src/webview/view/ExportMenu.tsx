import { useRef, useState } from 'preact/hooks'
import type { ExportFormat } from '../../protocol'
import { formatInput } from '../../report/input'
import { formatNumber } from '../../report/numbers'
import { pictureOf, pngOf } from '../export/picture'
import { fileStem, recordsOf } from '../export/records'
import { type Caption, csvTable, jsonTable, latexTable, markdownTable } from '../export/text'
import { modelRows, sentences, series as seriesOf, tracks } from '../model/derived'
import { shownOverlay } from '../model/overlay'
import { strings } from '../strings'
import { usePanel } from './context'
import { overlayName } from './Legend'
import { ordered, seriesNames } from './Readout'

const entries: readonly { readonly format: ExportFormat; readonly copy: boolean; readonly ending: string; readonly label: string }[] = [
  { format: 'markdown', copy: true, ending: 'md', label: strings.copyMarkdown },
  { format: 'latex', copy: true, ending: 'tex', label: strings.copyLatex },
  { format: 'csv', copy: false, ending: 'csv', label: strings.saveCsv },
  { format: 'json', copy: false, ending: 'json', label: strings.saveJson },
  { format: 'svg', copy: false, ending: 'svg', label: strings.saveSvg },
  { format: 'png', copy: false, ending: 'png', label: strings.savePng },
]

/** Tables and pictures to take away. */
export function ExportMenu() {
  const { store, actions } = usePanel()
  const [open, setOpen] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  const contentOf = async (format: ExportFormat): Promise<string | null> => {
    const state = store.get()
    const model = state.analysis?.model ?? null
    const all = tracks(state)
    if (state.analysis === null || model === null || all === null) return null
    const { current, recommended, depth } = sentences(model, state.analysis.settings.healthyZone)
    const caption: Caption = {
      model: model.name,
      input: model.input,
      sentence: [current, recommended, depth].filter((part) => part !== '').join(' '),
    }
    const overlay = shownOverlay(state)
    const records = recordsOf(modelRows(model), all.current, all.recommended, overlay)
    switch (format) {
      case 'markdown':
        return markdownTable(caption, records)
      case 'latex':
        return latexTable(caption, records)
      case 'csv':
        return csvTable(records)
      case 'json':
        return jsonTable(caption, records)
      case 'svg':
      case 'png': {
        const plot = document.querySelector<SVGSVGElement>('.plot')
        if (plot === null) return null
        const swatch = (name: string): SVGSVGElement | null => document.querySelector<SVGSVGElement>(`.legend .swatch.${name}`)
        const legend = ordered(seriesOf(state)).map(({ id }) => ({ name: seriesNames[id], swatch: swatch(`series-${id}`) }))
        const [low, high] = state.analysis.settings.healthyZone
        const svg = pictureOf(plot, {
          title: strings.chartName(model.name),
          subtitle: `${strings.input} ${formatInput(model.input)}, ${strings.healthyZone(formatNumber(low), formatNumber(high))}`,
          legend: overlay === null ? legend : [...legend, { name: overlayName(overlay), swatch: swatch('measured') }],
        })
        return format === 'svg' ? svg : pngOf(svg)
      }
      default:
        return format satisfies never
    }
  }
  const choose = async (entry: (typeof entries)[number]): Promise<void> => {
    setOpen(false)
    button.current?.focus()
    const model = store.get().analysis?.model
    const content = await contentOf(entry.format)
    if (content !== null && model != null) actions.export(entry.format, entry.copy, `${fileStem(model)}.${entry.ending}`, content)
  }
  return (
    <div
      class="export"
      ref={menu}
      role="group"
      aria-label={strings.exporting}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && menu.current?.contains(event.relatedTarget) !== true) setOpen(false)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button ref={button} type="button" class="secondary" aria-expanded={open} onClick={() => setOpen(!open)}>
        {strings.exporting}
      </button>
      {open && (
        <ul class="menu">
          {entries.map((entry) => (
            <li key={entry.format}>
              <button
                type="button"
                onClick={() => {
                  choose(entry).catch((error: unknown) => actions.set({ notice: { ok: false, message: String(error) } }))
                }}
              >
                {entry.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
