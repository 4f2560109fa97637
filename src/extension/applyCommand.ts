import { commands, window } from 'vscode'
import type { ModelAnalysis } from '../analysis'
import type { EditRequest } from '../protocol'
import type { Analyzed } from './analyses'
import { parametersOf } from './codeActions'
import { commandIds } from './commandIds'
import { applyFix, editFor } from './edits'
import { openSource } from './panel/openSource'
import type { Services } from './services'

/** What a link applies the recommendation to: the layer that is defined at an offset, or a model by its name. */
export type ApplyTarget = { readonly kind: 'definition'; readonly start: number } | { readonly kind: 'model'; readonly name: string }

/** The command behind "Apply" in hovers and lenses. What has changed since the link was made is analyzed again first. */
export function registerApply({ context, analyses }: Services): void {
  const apply = async (argument: unknown): Promise<void> => {
    if (!isApply(argument)) return
    const source = analyses.source(argument.file) ?? (await openSource(argument.file))
    const analyzed = source === null ? null : await analyses.ofSource(source)
    const asked = analyzed === null ? null : requestFor(analyzed, argument.target)
    if (analyzed === null || asked === null) return void window.showInformationMessage('The layer is no longer there.')
    const edit = editFor(analyzed, asked.model, asked.request)
    if (!edit.ok) void window.showInformationMessage(edit.reason)
    else if (!(await applyFix(analyzed, edit.fix))) void window.showWarningMessage(`${analyzed.source.label} could not be changed.`)
  }
  context.subscriptions.push(commands.registerCommand(commandIds.applyEdit, apply))
}

function requestFor(
  { analysis, source }: Analyzed,
  target: ApplyTarget,
): { readonly model: ModelAnalysis; readonly request: EditRequest } | null {
  if (target.kind === 'model') {
    const model = analysis.models.find(({ name }) => name === target.name)
    return model === undefined ? null : { model, request: { kind: 'recommended' } }
  }
  const definition = analysis.definitions.find(({ span }) => span.file === source.file && span.start === target.start)
  for (const { model: index, calls } of definition?.instances ?? []) {
    const model = analysis.models[index]
    if (model !== undefined) return { model, request: { kind: 'parameters', parameters: parametersOf(model, calls) } }
  }
  return null
}

function isApply(value: unknown): value is { readonly file: string; readonly target: ApplyTarget } {
  if (typeof value !== 'object' || value === null) return false
  const { file, target } = value as {
    readonly file?: unknown
    readonly target?: { readonly kind?: unknown; readonly start?: unknown; readonly name?: unknown }
  }
  if (typeof file !== 'string' || typeof target !== 'object' || target === null) return false
  return (target.kind === 'definition' && typeof target.start === 'number') || (target.kind === 'model' && typeof target.name === 'string')
}
