import type { Log, ReportingDescriptor, Result } from 'sarif'
import type { Analysis, Finding } from '../analysis'
import { findingsOf, namedModels } from './listed'

const levels: Readonly<Record<Finding['severity'], Result.level>> = { error: 'error', warning: 'warning', information: 'note' }

/** Findings in SARIF 2.1.0, one run over all files. `rules` are the ids and titles of every rule. Locations count from 1. */
export function toSarif(
  analyses: readonly Analysis[],
  rules: readonly { readonly id: string; readonly title: string }[],
  version: string,
): Log {
  const driverRules: ReportingDescriptor[] = rules.map(({ id, title }) => ({ id, shortDescription: { text: title } }))
  const results = findingsOf(analyses).map(({ file, models, finding }) => resultOf(file, namedModels(models), finding))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'Init Lens', version, rules: driverRules } }, results }],
  }
}

function resultOf(file: string, models: string, finding: Finding): Result {
  const { span } = finding
  return {
    ruleId: finding.rule,
    level: levels[finding.severity],
    message: { text: `${models}: ${finding.message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(span?.file ?? file) },
          ...(span === null ? {} : { region: { startLine: span.line, startColumn: span.column + 1 } }),
        },
      },
    ],
  }
}

/** Relative paths as relative references, which viewers resolve against the repository; absolute ones with the scheme `file`. */
function uriOf(file: string): string {
  const path = encodeURI(file.replaceAll('\\', '/')).replaceAll('#', '%23').replaceAll('?', '%3F')
  if (path.startsWith('/')) return `file://${path}`
  return /^[A-Za-z]:\//.test(path) ? `file:///${path}` : path
}
