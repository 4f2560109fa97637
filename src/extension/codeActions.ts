import {
  type CancellationToken,
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type Diagnostic,
  languages,
  type Range,
  type TextDocument,
} from 'vscode'
import type { Fix, ModelAnalysis } from '../analysis'
import type { Analyzed } from './analyses'
import { definitionsAt } from './definitions'
import { diagnosticSource, ruleOf } from './diagnostics'
import { combined, editFor, workspaceEdit } from './edits'
import { selector } from './selector'
import type { Services } from './services'

const kinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite]

/** The light bulb: a finding's fix, all of its rule, a layer's and a model's recommended initialization. */
export function registerCodeActions({ context, analyses }: Services): void {
  const provideCodeActions = async (
    document: TextDocument,
    range: Range,
    { diagnostics }: CodeActionContext,
    token: CancellationToken,
  ): Promise<CodeAction[]> => {
    const analyzed = await analyses.of(document)
    if (analyzed === null || token.isCancellationRequested) return []
    const own = diagnostics.filter(({ source }) => source === diagnosticSource)
    const actions = [
      ...(await Promise.all(own.map((diagnostic) => quickFixes(analyzed, diagnostic)))).flat(),
      ...(await rewrites(analyzed, document, range)),
    ]
    return actions.filter((action) => action !== null)
  }
  context.subscriptions.push(languages.registerCodeActionsProvider(selector, { provideCodeActions }, { providedCodeActionKinds: kinds }))
}

async function quickFixes(analyzed: Analyzed, diagnostic: Diagnostic): Promise<readonly (CodeAction | null)[]> {
  const { models } = analyzed.analysis
  const ofRule = models.flatMap(({ findings }) => findings).filter((finding) => finding.rule === ruleOf(diagnostic) && finding.fix !== null)
  const here = ofRule.find(({ span, message }) => {
    const place = span === null ? null : analyzed.source.place(span.start, span.end)
    return place?.range.isEqual(diagnostic.range) && diagnostic.message.startsWith(message.replaceAll('`', ''))
  })
  if (here?.fix == null) return []
  const single = await action(analyzed, here.fix, CodeActionKind.QuickFix)
  if (single !== null) {
    single.diagnostics = [diagnostic]
    single.isPreferred = true
  }
  const all = combined(ofRule.map(({ fix }) => fix).filter((fix) => fix !== null))
  if (ofRule.length < 2 || all === null) return [single]
  return [single, await action(analyzed, { title: `Fix all of ${ruleOf(diagnostic)}`, edits: all }, CodeActionKind.QuickFix)]
}

async function rewrites(analyzed: Analyzed, document: TextDocument, range: Range): Promise<readonly (CodeAction | null)[]> {
  const { source, analysis } = analyzed
  const offset = source.offset(document, range.start)
  const definition = offset === null ? undefined : definitionsAt(analysis, source.file, offset)[0]
  const actions: (CodeAction | null)[] = []
  for (const { model: index, calls } of definition?.instances ?? []) {
    const model = analysis.models[index]
    if (model === undefined) continue
    actions.push(await edit(analyzed, model, 'Apply the recommended initialization to this layer', parametersOf(model, calls)))
    actions.push(await edit(analyzed, model, `Apply the recommended initialization to ${model.name}`, null))
    break
  }
  return actions
}

/** Parameters of some of a model's calls that advice is given for. */
export function parametersOf(model: ModelAnalysis, calls: readonly number[]): readonly number[] {
  return model.weights.filter(({ call }) => calls.includes(call)).map(({ parameter }) => parameter)
}

async function edit(
  analyzed: Analyzed,
  model: ModelAnalysis,
  title: string,
  parameters: readonly number[] | null,
): Promise<CodeAction | null> {
  const made = editFor(analyzed, model, parameters === null ? { kind: 'recommended' } : { kind: 'parameters', parameters })
  return made.ok ? action(analyzed, { ...made.fix, title }, CodeActionKind.RefactorRewrite) : null
}

async function action(analyzed: Analyzed, fix: Fix, kind: CodeActionKind): Promise<CodeAction | null> {
  const change = await workspaceEdit(analyzed, fix.edits)
  if (change === null) return null
  const made = new CodeAction(fix.title, kind)
  made.edit = change
  return made
}
