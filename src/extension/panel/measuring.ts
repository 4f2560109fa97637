import { CancellationTokenSource, window, workspace } from 'vscode'
import { isScriptFile, isSpecFile } from '../../analyze'
import type { ModelAnalysis } from '../../analysis'
import { type AnalysisMessage, frameworkNames, type FromWebview, type ToWebview } from '../../protocol'
import type { Analyzed } from '../analyses'
import type { Services } from '../services'
import { settingsFor } from '../settings'
import type { SourceText } from '../sourceText'
import { shownModel } from './message'

type Start = Extract<FromWebview, { readonly type: 'measureStart' }>

/** Runs "Measure with …" for one panel: asks first, one run at a time. */
export class PanelMeasuring {
  private running: CancellationTokenSource | null = null

  constructor(
    private readonly services: Pick<Services, 'analyses' | 'measurer' | 'log'>,
    private readonly post: (message: ToWebview) => void,
  ) {}

  availability({ uri }: SourceText): AnalysisMessage['measuring'] {
    // Layer specs and scripts have nothing that Python could run.
    if (this.services.measurer === null || uri.scheme !== 'file' || isSpecFile(uri.path) || isScriptFile(uri.path)) return 'unavailable'
    return workspace.isTrusted ? 'ready' : 'untrusted'
  }

  async start({ seeds, seconds }: Start, analyzed: Analyzed | null, name: string | null): Promise<void> {
    const { measurer, analyses } = this.services
    const model = analyzed === null ? null : shownModel(analyzed, name)
    if (this.running !== null || measurer === null || analyzed === null || model === null) return
    const { source } = analyzed
    if (this.availability(source) !== 'ready') return
    const python = settingsFor(source.uri).python || ((await analyses.environment(source.uri)).executable?.fsPath ?? null)
    if (!(await agreed(model, source.label, python ?? 'python3'))) return this.post({ type: 'measureCancelled' })
    if (!(await saved(source)))
      return this.post({
        type: 'measureError',
        message: `${source.label} was not saved; the saved file is what runs.`,
        detail: null,
        action: null,
      })
    const cancel = new CancellationTokenSource()
    this.running = cancel
    try {
      const request = { file: source.uri, model: model.name, input: model.input, seeds, seconds, python, version: source.version }
      const outcome = await measurer.measure(
        request,
        (done, total, message) => this.post({ type: 'measureProgress', done, total, message }),
        cancel.token,
      )
      if (cancel.token.isCancellationRequested) this.post({ type: 'measureCancelled' })
      else if (outcome.ok) this.post({ type: 'measureResult', measurement: outcome.measurement })
      else this.post({ type: 'measureError', message: outcome.message, detail: outcome.detail, action: outcome.action })
    } finally {
      this.running = null
      cancel.dispose()
    }
  }

  cancel(): void {
    this.running?.cancel()
  }

  dispose(): void {
    this.cancel()
  }
}

async function agreed({ name, framework }: ModelAnalysis, label: string, python: string): Promise<boolean> {
  const measure = 'Run and Measure'
  const detail = `This runs ${label} in ${python}: it imports the file, builds ${name} with fresh weights several times, and passes random input through it. What the file does when it is imported happens as well.`
  return (
    (await window.showWarningMessage(`Measure ${name} with ${frameworkNames[framework]}?`, { modal: true, detail }, measure)) === measure
  )
}

async function saved({ uri }: SourceText): Promise<boolean> {
  const document = workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString())
  return document === undefined || !document.isDirty || document.save()
}
