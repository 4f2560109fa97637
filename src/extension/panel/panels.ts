import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode'
import { isPanelState, type PanelState } from '../../protocol'
import { noOptions } from '../analyses'
import type { Services } from '../services'
import { type SourceText, sourceOf } from '../sourceText'
import { openSource } from './openSource'
import { Panel, viewType } from './panel'

export interface OpenOptions {
  /** Keep to this source though another becomes active. */
  readonly pinned?: boolean
  readonly model?: string | null
  readonly focus?: { readonly call: string; readonly times: number } | null
}

/** All panels: one that follows the active editor, and any number that are pinned to a file. */
export class Panels implements Disposable {
  private readonly panels = new Set<Panel>()
  private readonly subscriptions: Disposable[]

  constructor(private readonly services: Omit<Services, 'panels'>) {
    this.subscriptions = [
      window.onDidChangeActiveTextEditor((editor) => {
        const source = editor === undefined ? null : sourceOf(editor.document)
        if (source !== null) void this.follow(source)
      }),
      window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (webviewPanel: WebviewPanel, state: unknown) =>
          this.restore(webviewPanel, isPanelState(state) ? state : null),
      }),
    ]
  }

  /** Shows a source in its own panel, else in the one that follows, else in a new one beside the editor. */
  async open(source: SourceText, options: OpenOptions = {}): Promise<void> {
    const pinned = options.pinned ?? false
    const own = [...this.panels].find((panel) => panel.pinned && panel.file === source.file)
    const panel = own ?? (pinned ? undefined : this.following()) ?? this.create()
    panel.pinned ||= pinned
    if (!panel.webviewPanel.visible) panel.webviewPanel.reveal(undefined, true)
    await panel.open(source)
    if (options.model !== undefined || options.focus)
      panel.focusLayer(options.model ?? null, options.focus?.call ?? null, options.focus?.times ?? 0)
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
    for (const panel of this.panels) panel.webviewPanel.dispose()
  }

  private following(): Panel | undefined {
    return [...this.panels].find((panel) => !panel.pinned)
  }

  private async follow(source: SourceText): Promise<void> {
    const panel = this.following()
    if (panel !== undefined && panel.file !== source.file) await panel.open(source)
  }

  private create(): Panel {
    const webviewPanel = window.createWebviewPanel(viewType, 'Init Lens', { viewColumn: ViewColumn.Beside, preserveFocus: true })
    return this.add(webviewPanel, null)
  }

  private add(webviewPanel: WebviewPanel, state: PanelState | null): Panel {
    const panel = new Panel(webviewPanel, this.services, state)
    this.panels.add(panel)
    webviewPanel.onDidDispose(() => {
      this.panels.delete(panel)
      panel.dispose()
    })
    return panel
  }

  private async restore(webviewPanel: WebviewPanel, state: PanelState | null): Promise<void> {
    const panel = this.add(webviewPanel, state)
    const active = window.activeTextEditor
    const source = (state?.file ? await openSource(state.file) : null) ?? (active === undefined ? null : sourceOf(active.document))
    if (source === null) return
    if (state !== null && state.file === source.file) this.services.analyses.setOptions(source, { ...noOptions, ...state.options })
    await panel.restore(source)
  }
}
