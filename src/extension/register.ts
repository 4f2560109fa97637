import { type ExtensionContext, type LogOutputChannel, window } from 'vscode'
import { registerActiveFile } from './activeFile'
import { Analyses } from './analyses'
import type { Analyst } from './analyst'
import { registerApply } from './applyCommand'
import { registerCodeActions } from './codeActions'
import { registerCodeLens } from './codeLens'
import { registerCommands } from './commands'
import { registerDiagnostics } from './diagnostics'
import { registerHover } from './hover'
import { registerInlayHints } from './inlayHints'
import type { Measurer } from './measurer'
import { Panels } from './panel/panels'
import type { Services } from './services'
import { registerSetAssumption } from './setAssumption'
import { registerStatus } from './status'

/** What a host can do beside what all can. */
export interface Host {
  readonly analyst: Analyst
  /** null where no Python can be run. */
  readonly makeMeasurer: ((log: LogOutputChannel) => Measurer) | null
}

/** Sets the extension up. */
export function register(context: ExtensionContext, { analyst, makeMeasurer }: Host): void {
  const log = window.createOutputChannel('Init Lens', { log: true })
  const measurer = makeMeasurer?.(log) ?? null
  const analyses = new Analyses(log, analyst)
  const panels = new Panels({ context, log, analyses, measurer })
  context.subscriptions.push(log, analyses, panels)
  const services: Services = { context, log, analyses, panels, measurer }
  registerCommands(services)
  registerApply(services)
  registerSetAssumption(services)
  registerActiveFile(services)
  registerHover(services)
  registerDiagnostics(services)
  registerCodeActions(services)
  registerInlayHints(services)
  registerCodeLens(services)
  registerStatus(services)
}
