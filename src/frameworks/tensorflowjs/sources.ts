import type { SourceText } from '../../javascript'
import type { ReadingHost } from '../torch'

/** Imported files of the program's own. */
export function sourcesOf(sources: ReadingHost['sources']): (specifier: string, fromFile: string) => SourceText | null | undefined {
  return (module, fromFile) => (sources === undefined ? null : sources.resolve({ module, level: 0, fromFile, language: 'javascript' }))
}
