import { commands, env, Uri, type WebviewPanel, window, workspace } from 'vscode'
import type { ModelAnalysis } from '../../analysis'
import { type FromWebview, isFromWebview, type PanelState, type ToWebview } from '../../protocol'
import { panelHtml } from '../../webview/html'
import { type Analyzed, noOptions } from '../analyses'
import { revealSpan } from '../reveal'
import type { Services } from '../services'
import { settingsFor } from '../settings'
import type { SourceText } from '../sourceText'
import { cursorLine } from './cursor'
import { saveExport } from './export'
import { PanelMeasuring } from './measuring'
import { analysisMessage, emptyMessage, type PanelView, readingMessage, shownModel } from './message'
import { nonce } from './nonce'
import { pack } from './pack'
import { PanelEdits } from './panelEdits'
import { PanelTrial, type Tried } from './trial'

export const viewType = 'initLens.panel'

/** Messages that hold a whole model. */
const packed: ReadonlySet<ToWebview['type']> = new Set(['analysis', 'written'])

/** Milliseconds after which a panel is told that its numbers are out of date: most new ones are there sooner. */
const staleAfter = 50

/** One panel: shows the analysis of one source, and carries out what is asked for in it. */
export class Panel {
  private source: SourceText | null = null
  private model: string | null
  private ready = false
  private stale: ReturnType<typeof setTimeout> | null = null
  /** File of the analysis that the page shows; null before the first. */
  private posted: string | null = null
  /** The model as written that the page has. */
  private written: ModelAnalysis | null = null
  private cursor: number | null = null
  /** Posted when the page is there and the analysis has arrived. */
  private focus: ToWebview | null = null
  pinned: boolean
  private readonly edits: PanelEdits
  private readonly measuring: PanelMeasuring
  private readonly trial: PanelTrial
  private readonly subscriptions: { dispose(): void }[]

  constructor(
    readonly webviewPanel: WebviewPanel,
    private readonly services: Pick<Services, 'context' | 'log' | 'analyses' | 'measurer'>,
    state: PanelState | null,
  ) {
    this.model = state?.model ?? null
    this.pinned = state?.pinned ?? false
    const { analyses } = services
    this.trial = new PanelTrial(analyses, state?.tried)
    this.edits = new PanelEdits(analyses, this.trial, (message) => this.post(message))
    this.measuring = new PanelMeasuring(services, (message) => this.post(message))
    const { webview } = webviewPanel
    const dist = Uri.joinPath(services.context.extensionUri, 'dist')
    webview.options = { enableScripts: true, localResourceRoots: [dist] }
    webviewPanel.iconPath = Uri.joinPath(services.context.extensionUri, 'media', 'icon.png')
    this.subscriptions = [
      webview.onDidReceiveMessage((message) => this.receive(message)),
      analyses.onResult((analyzed) => this.isShown(analyzed.source) && this.show(analyzed)),
      analyses.onDidAdvance((analyzed) => this.isShown(analyzed.source) && this.showPart(analyzed)),
      analyses.onDidInvalidate((source) => this.isShown(source) && this.markStale(source)),
      workspace.onDidGrantWorkspaceTrust(() => this.repost()),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.placeCursor(cursorLine(this.source, textEditor))),
    ]
    const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString()
    webview.html = panelHtml({
      script: file('webview.js'),
      style: file('webview.css'),
      worker: file('webview.worker.js'),
      cspSource: webview.cspSource,
      nonce: nonce(),
      language: env.language,
    })
  }

  get file(): string | null {
    return this.source?.file ?? null
  }

  /** Shows a source with its first model, or the same source anew. */
  async open(source: SourceText): Promise<void> {
    if (this.file !== source.file) {
      this.model = null
      this.trial.want({})
    }
    await this.restore(source)
  }

  /** Shows a source with the model that was picked before. */
  async restore(source: SourceText): Promise<void> {
    this.source = source
    this.webviewPanel.title = `Init Lens: ${source.label}`
    this.markFresh()
    if (this.services.analyses.byFile(source.file) === null) this.markStale(source)
    const analyzed = await this.services.analyses.ofSource(source)
    if (analyzed !== null && this.isShown(analyzed.source)) this.show(analyzed)
  }

  /** Selects a layer of a model, now or when the page is there. */
  focusLayer(model: string | null, call: string | null, times: number): void {
    this.model = model ?? this.model
    this.focus = call === null ? null : { type: 'focus', call, times }
    this.repost()
  }

  dispose(): void {
    this.measuring.dispose()
    this.markFresh()
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private repost(): void {
    const analyzed = this.analyzed()
    if (analyzed !== null) this.show(analyzed)
  }

  private isShown(source: SourceText): boolean {
    return this.file === source.file
  }

  private analyzed(): Analyzed | null {
    return this.file === null ? null : this.services.analyses.byFile(this.file)
  }

  private show(analyzed: Analyzed): void {
    this.source = analyzed.source
    this.services.analyses.prefer(analyzed.source.file, this.model)
    this.markFresh()
    if (!this.ready) return
    if (this.trial.isEmpty) this.postAnalysis(analyzed, { analyzed, sizes: {}, edits: [] })
    else void this.showTried(analyzed)
  }

  /** The model that was picked, or the first, of a file whose other models are still to come. */
  private showPart(analyzed: Analyzed): void {
    const { models } = analyzed.analysis
    if (this.model === null || models.some(({ name }) => name === this.model)) this.show(analyzed)
  }

  private async showTried(analyzed: Analyzed): Promise<void> {
    const tried = await this.trial.of(analyzed, this.model)
    if (tried !== null && this.analyzed() === analyzed) this.postAnalysis(analyzed, tried)
  }

  private postAnalysis(written: Analyzed, { analyzed, sizes }: Tried): void {
    this.posted = written.source.file
    this.post(analysisMessage(analyzed, this.view(analyzed, sizes)))
    const { file, version } = written.source
    const model = shownModel(written, this.model)
    // An untried analysis is what is written.
    if (Object.keys(sizes).length > 0 && model !== this.written) this.post({ type: 'written', file, version, model })
    this.written = model
    if (this.focus !== null) this.post(this.focus)
    this.focus = null
    // Found out when the numbers are on their way.
    setTimeout(() => {
      if (this.analyzed() !== written) return
      this.post({ type: 'sizes', file, version, knobs: this.trial.knobs(written, this.model) })
    }, 0)
  }

  private view({ source }: Analyzed, tried: Tried['sizes']): PanelView {
    return {
      model: this.model,
      pinned: this.pinned,
      options: this.services.analyses.options(source.file),
      settings: settingsFor(source.uri),
      measuring: this.measuring.availability(source),
      tried,
    }
  }

  private markStale(source: SourceText): void {
    this.stale ??= setTimeout(() => this.postStale(source), staleAfter)
  }

  /** Numbers of another file are taken away; those of an older version of this one stay, and are said to be. */
  private postStale(source: SourceText): void {
    if (this.posted === null || this.posted === source.file) return this.post({ type: 'stale', version: source.version })
    this.posted = source.file
    const settings = settingsFor(source.uri)
    this.post(readingMessage(source, { options: this.services.analyses.options(source.file), settings, pinned: this.pinned }))
  }

  private markFresh(): void {
    if (this.stale !== null) clearTimeout(this.stale)
    this.stale = null
  }

  private placeCursor(line: number | null): void {
    if (line === this.cursor) return
    this.cursor = line
    this.post({ type: 'cursor', line })
  }

  private post(message: ToWebview): void {
    if (this.ready) void this.webviewPanel.webview.postMessage(packed.has(message.type) ? pack(message) : message)
  }

  private receive(message: unknown): void {
    if (!isFromWebview(message)) {
      this.services.log.warn('The panel sent a message that is not understood', JSON.stringify(message)?.slice(0, 500))
      return
    }
    this.handle(message).catch((error: unknown) =>
      this.services.log.error(
        `The panel's "${message.type}" failed`,
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ),
    )
  }

  private async handle(message: FromWebview): Promise<void> {
    const { analyses, log } = this.services
    switch (message.type) {
      case 'ready':
        this.ready = true
        this.written = null
        if (this.source === null) return this.post(emptyMessage({ options: noOptions, settings: settingsFor(null), pinned: this.pinned }))
        return this.refresh()
      case 'selectModel':
        this.model = message.name
        return this.refresh()
      case 'trySizes':
        this.trial.want(message.sizes)
        return this.repost()
      case 'setModelExpression':
        this.model = message.expression
        return this.setOptions({ modelExpression: message.expression })
      case 'setInput':
        return this.setOptions({ input: message.input })
      case 'setSize':
        return this.setSize(message.name, message.value)
      case 'reveal':
        return revealSpan(analyses, message.span, message.preserveFocus)
      case 'preview':
      case 'apply':
        return this.edits.handle(message, this.file, this.model)
      case 'measureStart':
        return this.measuring.start(message, this.analyzed(), this.model)
      case 'measureCancel':
        return this.measuring.cancel()
      case 'export':
        return this.post(await saveExport(message, this.source?.uri ?? null))
      case 'setPinned':
        this.pinned = message.pinned
        return this.refresh()
      case 'chooseInterpreter':
        return void (await commands.executeCommand('python.setInterpreter'))
      case 'manageTrust':
        return void (await commands.executeCommand('workbench.trust.manage'))
      case 'showLog':
        return log.show()
      case 'openSettings':
        return void (await commands.executeCommand('workbench.action.openSettings', '@ext:init-lens.init-lens'))
      case 'problem':
        return log.error('The panel reports', message.message)
      default:
        return message satisfies never
    }
  }

  private async refresh(): Promise<void> {
    if (this.source !== null) await this.open(this.source)
  }

  private async setSize(name: string, value: number | null): Promise<void> {
    if (this.file === null) return
    const { [name]: _, ...others } = this.services.analyses.options(this.file).sizes
    return this.setOptions({ sizes: value === null ? others : { ...others, [name]: value } })
  }

  private async setOptions(change: Partial<PanelView['options']>): Promise<void> {
    if (this.source === null) return
    const { analyses } = this.services
    analyses.setOptions(this.source, { ...analyses.options(this.source.file), ...change })
    await this.refresh()
  }
}
