import type { CancellationToken } from 'vscode'
import type { Analysis, AnalysisOptions, Document } from '../analysis'
import { analyzeInParts } from '../analyze'
import { workClock } from '../clock'
import type { ModuleRequest, SourceFile } from '../python/host'

/** Finds the source of an imported module; null when there is none. */
export type Lookup = (request: ModuleRequest) => Promise<SourceFile | null>

/** What is done with an analysis on its way. */
export interface Progress {
  /** An analysis with some of its models, where the whole takes long. */
  onPart(analysis: Analysis): void
  /** Nobody waits for it any more. */
  readonly token: Pick<CancellationToken, 'isCancellationRequested' | 'onCancellationRequested'>
}

/** Runs analyses: here, or in a thread. */
export interface Analyst {
  /** The whole; null where it was cancelled. */
  analyze(document: Document, options: AnalysisOptions, lookup: Lookup, progress?: Progress): Promise<Analysis | null>
  /** Imported files may have changed: what lookups answered before is asked again. */
  forget(): void
  dispose(): void
}

/** Times that imports may lead to further imports. */
const mostRounds = 60
/** Milliseconds after which the models that are there are handed out without the others, and between two such parts. */
const soonestPart = 150
const betweenParts = 300
/** Milliseconds of work after which others get a turn. */
const slice = 20

/** Modules that were looked up, by request: kept from one analysis to the next, for imports hardly ever change. */
export type KnownModules = Map<string, SourceFile | null>

/** What an analysis in slices needs to know of those who wait for it. */
export interface Watch {
  part(analysis: Analysis): void
  isCancelled(): boolean
}

/**
 * Reads, and again when the imports that were asked for have come, until nothing new is asked for; then predicts model by model.
 * null where it was cancelled.
 */
export async function analyzeInRounds(
  document: Document,
  options: AnalysisOptions,
  lookup: Lookup,
  known: KnownModules,
  watch: Watch,
): Promise<Analysis | null> {
  for (let round = 0; ; round++) {
    const asked = new Map<string, Promise<void>>()
    const resolve = (request: ModuleRequest): SourceFile | null | undefined => {
      const key = keyOf(request)
      const found = known.get(key)
      if (found === undefined && !asked.has(key)) {
        asked.set(
          key,
          lookup(request).then((file) => void known.set(key, file)),
        )
      }
      return found
    }
    const parts = analyzeInParts(document, options, { sources: { resolve }, now: workClock() })
    const reading = parts.next()
    if (asked.size === 0 || round === mostRounds) return inSlices(parts, reading, watch)
    await Promise.all(asked.values())
    if (watch.isCancelled()) return null
  }
}

async function inSlices(
  parts: Generator<Analysis, Analysis, void>,
  begun: IteratorResult<Analysis, Analysis>,
  watch: Watch,
): Promise<Analysis | null> {
  let due = performance.now() + soonestPart
  let pauseAt = performance.now() + slice
  for (let step = begun; ; step = parts.next()) {
    if (step.done === true) return step.value
    const now = performance.now()
    if (now >= due && step.value.models.length > 0) {
      watch.part(step.value)
      due = now + betweenParts
    }
    if (now < pauseAt) continue
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    if (watch.isCancelled()) return null
    pauseAt = performance.now() + slice
  }
}

/** An import means the same from every file of a folder. */
function keyOf({ level, module, fromFile }: ModuleRequest): string {
  return `${level} ${module} ${fromFile.slice(0, fromFile.lastIndexOf('/'))}`
}

/** Analyzes in the extension host itself. */
export function localAnalyst(): Analyst {
  let known: KnownModules = new Map()
  return {
    analyze: (document, options, lookup, progress) =>
      analyzeInRounds(document, options, lookup, known, {
        part: (analysis) => progress?.onPart(analysis),
        isCancelled: () => progress?.token.isCancellationRequested === true,
      }),
    forget: () => {
      known = new Map()
    },
    dispose: () => known.clear(),
  }
}
