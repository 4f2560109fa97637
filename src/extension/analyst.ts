import type { Analysis, AnalysisOptions, Document } from '../analysis'
import { analyze } from '../analyze'
import { workClock } from '../clock'
import type { ModuleRequest, SourceFile } from '../python/host'

/** Finds the source of an imported module; null when there is none. */
export type Lookup = (request: ModuleRequest) => Promise<SourceFile | null>

/** Runs analyses: here, or in a thread. */
export interface Analyst {
  analyze(document: Document, options: AnalysisOptions, lookup: Lookup): Promise<Analysis>
  /** Imported files may have changed: what lookups answered before is asked again. */
  forget(): void
  dispose(): void
}

/** Times that imports may lead to further imports. */
const mostRounds = 60

/** Modules that were looked up, by request: kept from one analysis to the next, for imports hardly ever change. */
export type KnownModules = Map<string, SourceFile | null>

/** Analyzes, and again when the imports that it asked for have come, until it asks for nothing new. */
export async function analyzeInRounds(
  document: Document,
  options: AnalysisOptions,
  lookup: Lookup,
  known: KnownModules,
): Promise<Analysis> {
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
    const analysis = analyze(document, options, { sources: { resolve }, now: workClock() })
    if (asked.size === 0 || round === mostRounds) return analysis
    await Promise.all(asked.values())
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
    analyze: (document, options, lookup) => analyzeInRounds(document, options, lookup, known),
    forget: () => {
      known = new Map()
    },
    dispose: () => known.clear(),
  }
}
