import type { ForwardMoments, GradientMoments, ModelAnalysis, Unpredicted } from '../analysis'
import { formatFold, formatNumber, formatShape } from './numbers'

/** One row of the recommendation table, as text; the terminal and Markdown print the same rows. */
export interface LayerRow {
  readonly name: string
  readonly line: string
  readonly shape: string
  readonly fans: string
  readonly feeds: string
  readonly now: string
  readonly recommended: string
  readonly signal: string
  readonly gradient: string
}

export const layerColumns: readonly { readonly key: keyof LayerRow; readonly title: string; readonly align: 'left' | 'right' }[] = [
  { key: 'name', title: 'layer', align: 'left' },
  { key: 'line', title: 'line', align: 'right' },
  { key: 'shape', title: 'shape', align: 'left' },
  { key: 'fans', title: 'fan_in/out', align: 'right' },
  { key: 'feeds', title: 'feeds', align: 'left' },
  { key: 'now', title: 'now', align: 'left' },
  { key: 'recommended', title: 'recommended', align: 'left' },
  { key: 'signal', title: 'signal →', align: 'right' },
  { key: 'gradient', title: 'gradient ←', align: 'right' },
]

/** A row for every weight that advice is given for, in order of execution. */
export function layerRows(model: ModelAnalysis): readonly LayerRow[] {
  const { graph, current, recommended } = model
  return model.weights.flatMap((advice) => {
    const call = graph.calls[advice.call]
    const parameter = graph.parameters[advice.parameter]
    if (call === undefined || parameter === undefined) return []
    const output = call.outputs[0] ?? -1
    return [
      {
        name: call.call === 0 ? call.name : `${call.name} (call ${call.call + 1})`,
        line: String(call.definition?.line ?? ''),
        shape: formatShape(graph.tensors[output]?.shape.slice(1) ?? []),
        fans: parameter.fans === null ? '' : `${parameter.fans.fanIn}/${parameter.fans.fanOut}`,
        feeds: advice.activation ?? 'unknown',
        now: parameter.initializer.label,
        recommended: `${advice.recommended.initializer.label}, ${advice.recommended.formula}`,
        signal: `${secondMoment(current.forward[output])} → ${secondMoment(recommended.forward[output])}`,
        gradient: `${secondMoment(current.backward[output])} → ${secondMoment(recommended.backward[output])}`,
      },
    ]
  })
}

function secondMoment(moments: ForwardMoments | GradientMoments | Unpredicted | undefined): string {
  return moments?.known ? formatNumber(moments.secondMoment, 2) : '?'
}

/** Fixed-width text of the recommendation table with its title and assumptions. */
export function formatTable(model: ModelAnalysis): string {
  const rows = layerRows(model)
  const input = model.input.map((spec) => formatShape(spec.shape)).join(', ')
  const lines = [`${model.name} · input ${input === '' ? 'unknown' : input}`]
  const summary = summarize(model)
  if (summary !== null) lines.push(summary)
  if (rows.length > 0) {
    const widths = layerColumns.map(({ key, title }) => Math.max(title.length, ...rows.map((row) => row[key].length)))
    const format = (cells: readonly string[]): string =>
      cells
        .map((cell, i) => (layerColumns[i]?.align === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd()
    lines.push('', format(layerColumns.map(({ title }) => title)))
    for (const row of rows) lines.push(format(layerColumns.map(({ key }) => row[key])))
  }
  if (model.assumptions.length > 0) lines.push('', ...model.assumptions.map((assumption) => `assumed: ${assumption.message}`))
  return lines.join('\n')
}

/** "The signal shrinks 1,800-fold by the last layer and the gradient 4,000,000-fold by the first." null when unpredicted. */
export function summarize(model: ModelAnalysis): string | null {
  const range = signalRange(model)
  if (range === null) return null
  return `The signal ${change(range.signal)} from the first layer to the last, the gradient ${change(range.gradient)} on its way back.`
}

function change(ratio: number): string {
  if (ratio === 0) return 'vanishes'
  if (ratio > 0.5 && ratio < 2) return 'holds'
  return ratio < 1 ? `shrinks ${formatFold(1 / ratio)}` : `grows ${formatFold(ratio)}`
}

/** Last over first second moment of the weight layers' outputs, and first over last of their gradients'; null when either is unknown. */
export function signalRange(model: ModelAnalysis): { readonly signal: number; readonly gradient: number } | null {
  const outputs = model.weights.map((advice) => model.graph.calls[advice.call]?.outputs[0] ?? -1)
  const [first] = outputs
  const last = outputs.at(-1)
  if (first === undefined || last === undefined) return null
  const moments = (side: readonly (ForwardMoments | GradientMoments | Unpredicted)[], tensor: number): number | null => {
    const found = side[tensor]
    return found?.known ? found.secondMoment : null
  }
  const signal = ratio(moments(model.current.forward, last), moments(model.current.forward, first))
  const gradient = ratio(moments(model.current.backward, first), moments(model.current.backward, last))
  return signal === null || gradient === null ? null : { signal, gradient }
}

function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : value / base
}
