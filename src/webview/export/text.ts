import type { InputSpec } from '../../analysis'
import { formatInput } from '../../report/input'
import { formatNumber, formatShape } from '../../report/numbers'
import type { LayerRecord } from './records'

/** What stands above a table that is taken away. */
export interface Caption {
  readonly model: string
  readonly input: readonly InputSpec[]
  readonly sentence: string
}

interface TextColumn {
  readonly title: string
  readonly numeric: boolean
  readonly cell: (record: LayerRecord) => string
}

const number = (value: number | null): string => (value === null ? '' : formatNumber(value))

function columnsFor(records: readonly LayerRecord[]): readonly TextColumn[] {
  const measured = records.some((record) => record.signalMeasured !== null || record.gradientMeasured !== null)
  return [
    { title: 'layer', numeric: false, cell: (record) => record.layer },
    { title: 'type', numeric: false, cell: (record) => record.type },
    { title: 'shape', numeric: false, cell: (record) => formatShape(record.shape) },
    { title: 'fan in', numeric: true, cell: (record) => (record.fanIn === null ? '' : String(record.fanIn)) },
    { title: 'fan out', numeric: true, cell: (record) => (record.fanOut === null ? '' : String(record.fanOut)) },
    { title: 'feeds', numeric: false, cell: (record) => record.activation ?? '' },
    { title: 'initializer', numeric: false, cell: (record) => record.initializer ?? '' },
    { title: 'recommended', numeric: false, cell: (record) => record.recommended ?? '' },
    { title: 'E[x²] now', numeric: true, cell: (record) => number(record.signal) },
    { title: 'E[x²] recommended', numeric: true, cell: (record) => number(record.signalRecommended) },
    { title: 'gradient now', numeric: true, cell: (record) => number(record.gradient) },
    { title: 'gradient recommended', numeric: true, cell: (record) => number(record.gradientRecommended) },
    ...(measured
      ? [
          { title: 'E[x²] measured', numeric: true, cell: (record: LayerRecord) => number(record.signalMeasured) },
          { title: 'gradient measured', numeric: true, cell: (record: LayerRecord) => number(record.gradientMeasured) },
        ]
      : []),
  ]
}

/** A table as GitHub's Markdown writes it. */
export function markdownTable(caption: Caption, records: readonly LayerRecord[]): string {
  const columns = columnsFor(records)
  const escaped = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_')
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    `**${escaped(caption.model)}**, input ${formatInput(caption.input)}. ${caption.sentence}`,
    '',
    line(columns.map((column) => column.title)),
    line(columns.map((column) => (column.numeric ? '---:' : '---'))),
    ...records.map((record) => line(columns.map((column) => escaped(column.cell(record))))),
    '',
  ].join('\n')
}

const latexSymbols: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '√': '$\\surd$',
  '−': '$-$',
  '→': '$\\rightarrow$',
  '←': '$\\leftarrow$',
  σ: '$\\sigma$',
  '’': "'",
  '·': '$\\cdot$',
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'

/** Text that LaTeX sets as it stands; `10⁻⁴` becomes 10$^{-4}$. */
export function latexText(text: string): string {
  return text
    .split(/([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? `$^{${[...part].map((character) => '0123456789-'[superscripts.indexOf(character)]).join('')}}$`
        : [...part].map((character) => latexSymbols[character] ?? character).join(''),
    )
    .join('')
}

/** A number as LaTeX sets it: `2.4e-7` becomes $2.4 \times 10^{-7}$. */
function latexNumber(text: string): string {
  const match = /^([\d.]+)e(-?\d+)$/.exec(text)
  return match === null ? latexText(text) : `$${match[1]} \\times 10^{${match[2]}}$`
}

/** A `table` with booktabs' rules. */
export function latexTable(caption: Caption, records: readonly LayerRecord[]): string {
  const columns = columnsFor(records)
  const line = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    `  \\caption{${latexText(`${caption.model}, input ${formatInput(caption.input)}. ${caption.sentence}`)}}`,
    `  \\begin{tabular}{${columns.map((column) => (column.numeric ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(columns.map((column) => latexText(column.title))),
    '  \\midrule',
    ...records.map((record) =>
      line(columns.map((column) => (column.numeric ? latexNumber(column.cell(record)) : latexText(column.cell(record))))),
    ),
    '  \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}

/** RFC 4180, with full precision; unknown is empty. A cell that a spreadsheet would take for a formula is quoted as text. */
export function csvTable(records: readonly LayerRecord[]): string {
  const fields = [
    'layer',
    'type',
    'shape',
    'fanIn',
    'fanOut',
    'activation',
    'initializer',
    'recommended',
    'signal',
    'signalRecommended',
    'gradient',
    'gradientRecommended',
    'signalMeasured',
    'gradientMeasured',
  ] as const
  const cell = (value: LayerRecord[(typeof fields)[number]]): string => {
    if (value === null) return ''
    if (typeof value === 'number') return String(value)
    const text = typeof value === 'string' ? value : value.join('x')
    const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return [fields.join(','), ...records.map((record) => fields.map((field) => cell(record[field])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

/** Everything in full precision, with what it was computed for. */
export function jsonTable(caption: Caption, records: readonly LayerRecord[]): string {
  return `${JSON.stringify({ schemaVersion: 1, model: caption.model, input: caption.input, summary: caption.sentence, layers: records }, null, 2)}\n`
}
