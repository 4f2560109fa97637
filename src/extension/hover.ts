import { type CancellationToken, Hover, languages, MarkdownString, type Position, type TextDocument } from 'vscode'
import type { Analysis, Definition, ModelAnalysis } from '../analysis'
import { type HoverLinks, hoverMarkdown } from '../report'
import type { Analyzed } from './analyses'
import { commandIds, commandLink } from './commandIds'
import { definitionsAt } from './definitions'
import { selector } from './selector'
import type { Services } from './services'
import { settingsFor } from './settings'

const linkedCommands = [commandIds.applyEdit, commandIds.focusLayer, commandIds.reveal, commandIds.setAssumption]

/** Explains a layer where it is defined. */
export function registerHover({ context, analyses }: Services): void {
  const provideHover = async (document: TextDocument, position: Position, token: CancellationToken): Promise<Hover | null> => {
    if (!settingsFor(document.uri).hover) return null
    const definitionIn = ({ analysis, source }: Analyzed): Definition | undefined => {
      const offset = source.offset(document, position)
      return offset === null ? undefined : definitionsAt(analysis, source.file, offset)[0]
    }
    const soon = await analyses.soonest(document)
    const found = soon === null ? undefined : definitionIn(soon)
    if (soon === null || found === undefined) return null
    // A layer of models that are still to come is worth waiting for.
    const isThere = soon.analysis.waiting.length === 0 || found.instances.length > 0
    const analyzed = isThere || token.isCancellationRequested ? soon : await analyses.of(document)
    if (analyzed === null || token.isCancellationRequested) return null
    const { analysis, source } = analyzed
    const definition = definitionIn(analyzed)
    if (definition === undefined) return null
    const markdown = new MarkdownString(hoverMarkdown(analysis, definition, linksFor(analysis)), true)
    markdown.isTrusted = { enabledCommands: linkedCommands }
    const place = source.place(definition.span.start, definition.span.end)
    return new Hover(markdown, place?.range)
  }
  context.subscriptions.push(languages.registerHoverProvider(selector, { provideHover }))
}

function linksFor(analysis: Analysis): HoverLinks {
  const { file } = analysis
  return {
    applyToLayer: (definition: Definition) =>
      commandLink(commandIds.applyEdit, { file, target: { kind: 'definition', start: definition.span.start } }),
    applyToModel: (model: ModelAnalysis) => commandLink(commandIds.applyEdit, { file, target: { kind: 'model', name: model.name } }),
    openPanel: (model, call) =>
      commandLink(commandIds.focusLayer, { file, model: model.name, call: call?.name ?? null, times: call?.call ?? 0 }),
    reveal: (span) => commandLink(commandIds.reveal, { file: span.file, start: span.start, end: span.end }),
    setAssumption: (setting) => commandLink(commandIds.setAssumption, { file, setting }),
  }
}
