import type { ExtensionContext, LogOutputChannel } from 'vscode'
import type { Analyses } from './analyses'
import type { Measurer } from './measurer'
import type { Panels } from './panel/panels'

/** What the features share. Made once, in `register`. */
export interface Services {
  readonly context: ExtensionContext
  readonly log: LogOutputChannel
  readonly analyses: Analyses
  readonly panels: Panels
  /** null where no Python can be run: in a browser. */
  readonly measurer: Measurer | null
}
