import type { Analysis } from '../analysis'
import { findingRules } from '../analyze'
import { findingsOf, namedModels, toJson, toSarif } from '../report'
import { type AnalyzeFlags, analyzeDocument } from './analyze'
import { type PlaceOf, placesIn } from './cells'
import { namingFile, readSource } from './document'
import { filesBelow } from './paths'
import { version } from './version'

export type CheckFormat = 'text' | 'json' | 'sarif' | 'github'

export interface CheckFlags extends AnalyzeFlags {
  readonly format: CheckFormat
  /** Ids of rules that are not told. */
  readonly ignore?: readonly string[]
}

/**
 * `check PATHS…`: prints findings as a linter does; gives 1 when one is an error, 2 when a file could not be read, else 0. Throws for
 * a rule to ignore that there is not.
 */
export async function checkCommand(
  paths: readonly string[],
  { format, ignore = [], ...flags }: CheckFlags,
  print: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  const unknown = ignore.find((rule) => findingRules.every(({ id }) => id !== rule))
  if (unknown !== undefined) throw new Error(`there is no rule ${unknown}; docs/rules lists them`)
  const analyses: Analysis[] = []
  const places = new Map<string, PlaceOf>()
  let unreadable = false
  for (const file of filesBelow(paths)) {
    try {
      const source = readSource(file)
      analyses.push(withoutRules(await analyzeDocument(source.document, flags), ignore))
      places.set(file, placesIn(source))
    } catch (error) {
      unreadable = true
      complain(namingFile(file, error))
    }
  }
  print(formats[format](analyses, places))
  if (unreadable) return 2
  return findingsOf(analyses).some(({ finding }) => finding.severity === 'error') ? 1 : 0
}

function withoutRules(analysis: Analysis, ignore: readonly string[]): Analysis {
  const models = analysis.models.map((model) => ({ ...model, findings: model.findings.filter(({ rule }) => !ignore.includes(rule)) }))
  return { ...analysis, models }
}

const formats: Readonly<Record<CheckFormat, (analyses: readonly Analysis[], places: ReadonlyMap<string, PlaceOf>) => string>> = {
  text(analyses, places) {
    const lines = findingsOf(analyses).map(({ file, models, finding }) => {
      const { span } = finding
      const place = span === null ? file : (places.get(file)?.(span) ?? file)
      return `${place}: ${finding.severity}: ${namedModels(models)}: ${finding.message} [${finding.rule}]`
    })
    const noun = lines.length === 1 ? 'finding' : 'findings'
    return [...lines, `${lines.length} ${noun} in ${analyses.length} ${analyses.length === 1 ? 'file' : 'files'}`].join('\n')
  },
  json: (analyses) => JSON.stringify(analyses.map(toJson), null, 1),
  sarif: (analyses) => JSON.stringify(toSarif(analyses, findingRules, version), null, 1),
  github(analyses) {
    const commands = { error: 'error', warning: 'warning', information: 'notice' } as const
    return findingsOf(analyses)
      .map(({ file, models, finding: { rule, severity, message, span } }) => {
        const place = span === null ? 'line=1' : `line=${span.line},col=${span.column + 1}`
        const path = escaped(span?.file ?? file)
          .replaceAll(':', '%3A')
          .replaceAll(',', '%2C')
        return `::${commands[severity]} file=${path},${place},title=${rule}::${escaped(`${namedModels(models)}: ${message}`)}`
      })
      .join('\n')
  },
}

/** Data of a GitHub workflow command: a line break would end it. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
