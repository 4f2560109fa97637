import { basename } from 'node:path'
import type { Analysis, AnalysisOptions, Document, InputSpec, Remark } from '../analysis'
import { analyze, initialize } from '../analyze'
import { workClock } from '../clock'
import { formatTable, parseInput, toJson } from '../report'
import { readDocumentFile } from './document'
import { pythonFolders } from './environment'
import { fileSources } from './sources'

export interface AnalyzeFlags {
  readonly model?: string
  readonly input?: string
  readonly json?: boolean
  readonly python?: string
}

/** `analyze FILE`: prints the analysis; gives the exit code (0 read, 1 findings of severity error). Throws when the file cannot be read. */
export async function analyzeCommand(file: string, flags: AnalyzeFlags, print: (text: string) => void): Promise<number> {
  const analysis = await analyzeFile(file, flags)
  if (analysis.message !== null && analysis.models.length === 0 && analysis.definitions.length === 0 && !flags.json)
    throw new Error(placed(analysis, analysis.message))
  print(flags.json ? JSON.stringify(toJson(analysis), null, 1) : formatAnalysis(analysis))
  return analysis.models.some((model) => model.findings.some((finding) => finding.severity === 'error')) ? 1 : 0
}

export async function analyzeFile(file: string, flags: AnalyzeFlags): Promise<Analysis> {
  return analyzeDocument(readDocumentFile(file), flags)
}

export async function analyzeDocument(document: Document, flags: AnalyzeFlags): Promise<Analysis> {
  const options: AnalysisOptions = {
    ...(flags.model === undefined ? {} : { model: flags.model }),
    ...(flags.input === undefined ? {} : { input: inputsOf(flags.input) }),
  }
  await initialize(document.file)
  return analyze(document, options, { sources: fileSources(pythonFolders(document.file, flags.python)), now: workClock() })
}

function formatAnalysis(analysis: Analysis): string {
  const parts = analysis.models.map((model) => formatTable(model, analysis.file))
  if (analysis.message !== null) parts.push(analysis.message)
  if (analysis.unread.length > 0) {
    parts.push(['not read:', ...analysis.unread.map((remark) => `  ${placeOf(remark, analysis.file)}${remark.message}`)].join('\n'))
  }
  return parts.join('\n\n')
}

function inputsOf(text: string): readonly InputSpec[] {
  const parsed = parseInput(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.input
}

/** `line 12: `, with the file where it is another one. */
function placeOf({ span }: Remark, file: string): string {
  if (span === null) return ''
  return span.file === file ? `line ${span.line}: ` : `${span.file}:${span.line}: `
}

/** A message with the file, and the line that it speaks of where one is known. */
function placed({ file, unread }: Analysis, message: string): string {
  if (message.includes(basename(file))) return message
  const line = unread.find((remark) => remark.message === message)?.span?.line
  return line === undefined ? `${file}: ${message}` : `${file}, line ${line}: ${message}`
}
