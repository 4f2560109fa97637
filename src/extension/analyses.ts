import {
  CancellationTokenSource,
  type Event,
  EventEmitter,
  type LogOutputChannel,
  type NotebookDocument,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode'
import type { Analysis, AnalysisOptions, InputSpec, IntegerInPlace } from '../analysis'
import { initialize } from '../analyze'
import type { Analyst, Progress } from './analyst'
import { type Environment, environmentFor, onEnvironmentChange, sameEnvironment } from './environment'
import { onOccasions } from './occasions'
import { section, settingsFor } from './settings'
import { WorkspaceSources } from './sources'
import { documentSource, fileOf, isRead, isReadNotebook, notebookOf, notebookSource, type SourceText, sourceOf } from './sourceText'

/** The analysis of one version of one source. */
export interface Analyzed {
  readonly source: SourceText
  readonly analysis: Analysis
}

/** What the user asked for in the panel about one file; null and empty leave it to the file and the settings. */
export interface FileOptions {
  readonly modelExpression: string | null
  readonly input: readonly InputSpec[] | null
  readonly sizes: Readonly<Record<string, number>>
}

export const noOptions: FileOptions = { modelExpression: null, input: null, sizes: {} }

/** Times that one question waits for a newer analysis because files changed while it ran. */
const mostOvertakings = 5
/** Longer texts are not read: no one writes them by hand. */
const largestText = 2_000_000
/** An analysis that took no longer than these milliseconds follows a keystroke at once: only one runs at a time. */
const quickAnalysis = 50
/** Milliseconds without a keystroke before a longer one starts: a share of what it took last, at most so many. */
const delayShare = 0.25
const longestDelay = 250

interface Entry {
  source: SourceText
  options: FileOptions
  /** Of the newest source and options; undefined while there is none. */
  result: Analyzed | undefined
  /** Of the same, with some of its models, until the result is there. */
  part: Analyzed | undefined
  /** Ends the analysis under way. */
  cancel: CancellationTokenSource | undefined
  /** Name of the model that is looked at: the first to be predicted. */
  preferred: string | null
  running: Promise<Analyzed | null> | undefined
  /** An analysis under way, perhaps of an older version: the next one waits, so that only the newest version is ever in line. */
  inFlight: Promise<unknown> | undefined
  timer: ReturnType<typeof setTimeout> | undefined
  delay: number
  /** Counts what makes a result obsolete: edits, options, settings, imported files. */
  generation: number
}

/**
 * Keeps an analysis of every source that someone looks at, one for each version. What it gives is always of the newest version, or
 * nothing: `onDidAnalyze` tells a new result, `onDidInvalidate` that the last one is out of date.
 */
export class Analyses {
  private readonly entries = new Map<string, Entry>()
  private readonly sources = new WorkspaceSources()
  /** By workspace folder, until another environment is selected or found. `resource`: a file of the folder. */
  private readonly environments = new Map<string, { readonly resource: Uri; readonly found: Promise<Environment> }>()
  private readonly arrived = new EventEmitter<Analyzed>()
  private readonly analyzed = new EventEmitter<Analyzed>()
  private readonly advanced = new EventEmitter<Analyzed>()
  private readonly invalidated = new EventEmitter<SourceText>()
  private readonly closed = new EventEmitter<string>()
  private readonly disposables: { dispose(): void }[] = [this.arrived, this.analyzed, this.advanced, this.invalidated, this.closed]
  /** A new result, before anyone else hears of it: for what shows numbers while they are typed. */
  readonly onResult: Event<Analyzed> = this.arrived.event
  readonly onDidAnalyze: Event<Analyzed> = this.analyzed.event
  /** A part of a result that takes long is there: some of its models. */
  readonly onDidAdvance: Event<Analyzed> = this.advanced.event
  readonly onDidInvalidate: Event<SourceText> = this.invalidated.event
  /** A source was closed; its file. */
  readonly onDidClose: Event<string> = this.closed.event

  constructor(
    private readonly log: LogOutputChannel,
    private readonly analyst: Analyst,
  ) {
    this.disposables.push(analyst)
    this.watch()
  }

  /** The result for the document as it is now; null when it is not read, or keeps changing. */
  async of(document: TextDocument): Promise<Analyzed | null> {
    const source = sourceOf(document)
    return source === null ? null : this.ofSource(source)
  }

  /** The same, or a part of it that is there sooner. */
  async soonest(document: TextDocument): Promise<Analyzed | null> {
    const source = sourceOf(document)
    if (source === null) return null
    const whole = this.ofSource(source)
    const part = this.entries.get(source.file)?.part
    if (part?.source.version === source.version) return part
    let stop: { dispose(): void } | undefined
    const advance = new Promise<Analyzed>((resolve) => {
      stop = this.onDidAdvance((analyzed) => analyzed.source.file === source.file && resolve(analyzed))
    })
    try {
      return await Promise.race([whole, advance])
    } finally {
      stop?.dispose()
    }
  }

  async ofSource(source: SourceText): Promise<Analyzed | null> {
    if (!settingsFor(source.uri).enable) return null
    const entry = this.entry(source)
    for (let attempt = 0; attempt < mostOvertakings && entry.result === undefined; attempt++) {
      entry.running ??= this.run(entry)
      await entry.running
    }
    return entry.result ?? null
  }

  /** The result for the newest version when it is there already. */
  now(document: TextDocument): Analyzed | null {
    const source = sourceOf(document)
    return source === null ? null : (this.entries.get(source.file)?.result ?? null)
  }

  /** The newest result of a file by the name that spans have, or the part of it that is there. */
  byFile(file: string): Analyzed | null {
    const entry = this.entries.get(file)
    return entry?.result ?? entry?.part ?? null
  }

  /** The model of a file that is looked at: from now on it is predicted before the others. */
  prefer(file: string, model: string | null): void {
    const entry = this.entries.get(file)
    if (entry !== undefined) entry.preferred = model
  }

  /** The newest text of a file that is looked at. */
  source(file: string): SourceText | null {
    return this.entries.get(file)?.source ?? null
  }

  options(file: string): FileOptions {
    return this.entries.get(file)?.options ?? noOptions
  }

  setOptions(source: SourceText, options: FileOptions): void {
    const entry = this.entry(source)
    entry.options = options
    this.invalidate(entry, 0)
  }

  environment(resource: Uri): Promise<Environment> {
    const key = workspace.getWorkspaceFolder(resource)?.uri.toString() ?? ''
    const known = this.environments.get(key) ?? { resource, found: environmentFor(resource, this.log) }
    this.environments.set(key, known)
    return known.found
  }

  dispose(): void {
    for (const entry of this.entries.values()) clearTimeout(entry.timer)
    for (const disposable of this.disposables) disposable.dispose()
  }

  private entry(source: SourceText): Entry {
    const found = this.entries.get(source.file)
    if (found === undefined) {
      const made: Entry = {
        source,
        options: noOptions,
        result: undefined,
        part: undefined,
        cancel: undefined,
        preferred: null,
        running: undefined,
        inFlight: undefined,
        timer: undefined,
        delay: 0,
        generation: 0,
      }
      this.entries.set(source.file, made)
      return made
    }
    if (found.source.version !== source.version) {
      found.source = source
      this.invalidate(found, found.delay)
    }
    return found
  }

  private invalidate(entry: Entry, delay: number): void {
    entry.generation++
    entry.result = undefined
    entry.part = undefined
    entry.running = undefined
    entry.cancel?.cancel()
    this.invalidated.fire(entry.source)
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      entry.running ??= this.run(entry)
    }, delay)
  }

  /** Analyzes the newest version; null when it was overtaken. */
  private async run(entry: Entry): Promise<Analyzed | null> {
    const { source, generation } = entry
    clearTimeout(entry.timer)
    try {
      // Edits parse here, wherever the analysis runs.
      await initialize(source.file)
      const { packages } = await this.environment(source.uri)
      await entry.inFlight
      if (entry.generation !== generation) return null
      const started = performance.now()
      const begun = tooLong(source) ?? this.analyze(entry, packages)
      entry.inFlight = Promise.resolve(begun).catch(() => undefined)
      const analysis = await begun
      if (analysis === null) return null
      const took = performance.now() - started
      entry.delay = took <= quickAnalysis ? 0 : Math.min(delayShare * took, longestDelay)
      this.log.debug(`${source.label} (version ${source.version}) analyzed in ${Math.round(took)} ms`)
      if (entry.generation !== generation) return null
      const result = { source, analysis }
      entry.result = result
      entry.part = undefined
      this.arrived.fire(result)
      // A panel's message has left before the lenses, hints and problems of the same result are worked out.
      await nextTurn()
      if (entry.generation === generation) this.analyzed.fire(result)
      return result
    } catch (error) {
      this.log.error(`${source.label} could not be analyzed`, error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    return null
  }

  /** A source with other whole numbers at some places, for whoever asks alone: what is shown of the file stays. */
  async tryOut(source: SourceText, integers: readonly IntegerInPlace[]): Promise<Analysis> {
    const { packages } = await this.environment(source.uri)
    const analysis = await this.start(source, { ...this.optionsOf(source, this.options(source.file)), integers }, packages)
    if (analysis === null) throw new Error('an analysis that nobody cancels was cancelled')
    return analysis
  }

  /** What is there of a long analysis is told on the way, until another takes its place. */
  private analyze(entry: Entry, packages: readonly Uri[]): Promise<Analysis | null> {
    const { source, options, generation, preferred } = entry
    const cancel = new CancellationTokenSource()
    entry.cancel = cancel
    const onPart = (analysis: Analysis): void => {
      if (entry.generation !== generation || entry.result !== undefined) return
      entry.part = { source, analysis }
      this.advanced.fire(entry.part)
    }
    const first = preferred === null ? {} : { first: preferred }
    return this.start(source, { ...this.optionsOf(source, options), ...first }, packages, { onPart, token: cancel.token }).finally(() =>
      cancel.dispose(),
    )
  }

  private start(source: SourceText, options: AnalysisOptions, packages: readonly Uri[], progress?: Progress): Promise<Analysis | null> {
    const document = { file: source.file, text: source.text }
    return this.analyst.analyze(document, options, (request) => this.sources.find(request, packages), progress)
  }

  private optionsOf(source: SourceText, options: FileOptions): AnalysisOptions {
    const settings = settingsFor(source.uri)
    return {
      ...(options.modelExpression === null ? {} : { model: options.modelExpression }),
      ...(options.input === null ? {} : { input: options.input }),
      sizes: { ...settings.sizes, ...options.sizes },
      xavierVariance: settings.xavierVariance,
      distribution: settings.distribution,
    }
  }

  /** Forgets what was read of other files. */
  private forget(): void {
    this.sources.forget()
    this.analyst.forget()
  }

  private invalidateAll(): void {
    this.forget()
    this.environments.clear()
    for (const entry of this.entries.values()) this.invalidate(entry, entry.delay)
  }

  /** Analyzes anew when an import that led nowhere leads somewhere now, or another environment is there. */
  private async lookAgain(): Promise<void> {
    if (this.entries.size === 0) return
    const moved = [...this.environments.values()].map(
      async ({ resource, found }) => !sameEnvironment(await found, await environmentFor(resource, null)),
    )
    if ((await Promise.all([this.sources.appeared(), ...moved])).includes(true)) this.invalidateAll()
  }

  private changed(source: SourceText): void {
    const importedElsewhere = this.sources.holds(source.file)
    const entry = this.entries.get(source.file)
    if (entry !== undefined && entry.source.version !== source.version) {
      entry.source = source
      this.invalidate(entry, entry.delay)
    }
    if (!importedElsewhere) return
    this.forget()
    for (const other of this.entries.values()) if (other !== entry) this.invalidate(other, longestDelay)
  }

  private close(file: string): void {
    const entry = this.entries.get(file)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    entry.generation++
    entry.cancel?.cancel()
    this.entries.delete(file)
    this.closed.fire(file)
  }

  private watch(): void {
    const files = workspace.createFileSystemWatcher('**/*.py')
    const scripts = workspace.createFileSystemWatcher('**/*.{js,ts,mjs,cjs,jsx,tsx,mts,cts}')
    const onDisk = (uri: Uri): void => {
      if (workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) return
      if (this.entries.size > 0) this.invalidateAll()
    }
    // Builds write many scripts: those alone matter that an analysis has read.
    const onScript = (uri: Uri): void => {
      if (this.sources.holds(uri.toString())) onDisk(uri)
    }
    this.disposables.push(
      onOccasions(() => this.lookAgain()),
      scripts,
      scripts.onDidDelete(onScript),
      scripts.onDidChange(onScript),
      files,
      files.onDidCreate(onDisk),
      files.onDidDelete(onDisk),
      files.onDidChange(onDisk),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isRead(document) && notebookOf(document) === null) this.changed(documentSource(document))
      }),
      workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (isReadNotebook(notebook)) this.changed(notebookSource(notebook))
      }),
      workspace.onDidCloseTextDocument((document) => this.close(fileOf(document.uri))),
      workspace.onDidCloseNotebookDocument((notebook: NotebookDocument) => this.close(fileOf(notebook.uri))),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(section)) this.invalidateAll()
      }),
      workspace.onDidChangeWorkspaceFolders(() => this.invalidateAll()),
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined) void this.of(editor.document)
      }),
    )
    void onEnvironmentChange(() => this.invalidateAll()).then(
      (subscription) => subscription && this.disposables.push(subscription),
      (error: unknown) => this.log.warn(`The Python extension did not start: ${String(error)}`),
    )
    const active = window.activeTextEditor
    if (active !== undefined) void this.of(active.document)
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

/** The answer to a text that is not read for its length; null for others. */
function tooLong({ file, label, text }: SourceText): Analysis | null {
  if (text.length <= largestText) return null
  const message = `${label} has ${text.length.toLocaleString('en')} characters; files over ${largestText.toLocaleString('en')} are not read.`
  return { file, models: [], definitions: [], unread: [], message, pending: false, waiting: [] }
}
