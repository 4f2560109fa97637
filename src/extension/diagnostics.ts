import { Diagnostic, DiagnosticSeverity, languages, Uri } from 'vscode'
import type { Analysis, Finding } from '../analysis'
import { isScriptFile, isSpecFile } from '../analyze'
import type { Analyzed } from './analyses'
import { findingsOnce } from './findingsOnce'
import type { Services } from './services'
import { type RuleLevel, type Settings, settingsFor } from './settings'
import type { SourceText } from './sourceText'

export const diagnosticSource = 'Init Lens'

const severities: Readonly<Record<Exclude<RuleLevel, 'off'>, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
}

/** Reports findings as problems, where they are in the analyzed source. */
export function registerDiagnostics({ context, analyses }: Services): void {
  const collection = languages.createDiagnosticCollection('init-lens')
  const rulePage = (rule: string): Uri => Uri.joinPath(context.extensionUri, 'docs', 'rules', `${rule}.md`)
  /** Documents that a source's problems are on: its own, or a notebook's cells. */
  const shown = new Map<string, readonly Uri[]>()
  const clear = (file: string): void => {
    for (const uri of shown.get(file) ?? []) collection.delete(uri)
    shown.delete(file)
  }
  const update = (analyzed: Analyzed): void => {
    clear(analyzed.source.file)
    const settings = settingsFor(analyzed.source.uri)
    if (!settings.diagnostics || !settings.enable) return
    const byDocument = new Map<string, { readonly uri: Uri; readonly diagnostics: Diagnostic[] }>()
    for (const [uri, diagnostic] of diagnosticsOf(analyzed, settings, rulePage)) {
      const entry = byDocument.get(uri.toString()) ?? { uri, diagnostics: [] }
      entry.diagnostics.push(diagnostic)
      byDocument.set(uri.toString(), entry)
    }
    for (const { uri, diagnostics } of byDocument.values()) collection.set(uri, diagnostics)
    shown.set(
      analyzed.source.file,
      [...byDocument.values()].map(({ uri }) => uri),
    )
  }
  context.subscriptions.push(collection, analyses.onDidAnalyze(update), analyses.onDidClose(clear))
}

function diagnosticsOf(
  { source, analysis }: Analyzed,
  settings: Settings,
  rulePage: (rule: string) => Uri,
): readonly (readonly [Uri, Diagnostic])[] {
  const findings = findingsOnce(analysis, source.file).flatMap(({ finding, otherModels }) => {
    const level = settings.rules[finding.rule] ?? finding.severity
    const place = source.place(finding.span.start, finding.span.end)
    if (level === 'off' || place === null) return []
    return [[place.uri, diagnosticOf(finding, otherModels, severities[level], place.range, rulePage(finding.rule))] as const]
  })
  return [...findings, ...malformed(source, analysis)]
}

/** What keeps a layer spec, or the models of a script, from being read. */
function malformed(source: SourceText, { models, unread }: Analysis): readonly (readonly [Uri, Diagnostic])[] {
  if (!(isSpecFile(source.file) || isScriptFile(source.file)) || models.length > 0) return []
  const severity = isSpecFile(source.file) ? DiagnosticSeverity.Error : DiagnosticSeverity.Information
  return unread.flatMap(({ message, span }) => {
    const place = span === null ? null : source.place(span.start, span.end)
    if (place === null) return []
    const diagnostic = new Diagnostic(place.range, message, severity)
    diagnostic.source = diagnosticSource
    return [[place.uri, diagnostic] as const]
  })
}

function diagnosticOf(
  { rule, message }: Finding,
  otherModels: number,
  severity: DiagnosticSeverity,
  range: Diagnostic['range'],
  page: Uri,
): Diagnostic {
  const diagnostic = new Diagnostic(range, plain(message) + inOthers(otherModels), severity)
  diagnostic.source = diagnosticSource
  diagnostic.code = { value: rule, target: page }
  return diagnostic
}

function inOthers(models: number): string {
  return models === 0 ? '' : ` (So in ${models} other ${models === 1 ? 'model' : 'models'} of this file.)`
}

/** Id of the rule that a diagnostic of ours reports. */
export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code)
}

/** Problems are plain text: the Markdown of a finding's message is code spans alone. */
function plain(message: string): string {
  return message.replaceAll('`', '')
}
