import type { Analysis, Definition } from '../analysis'

/** Layer constructors of the file around an offset, the innermost first. */
export function definitionsAt(analysis: Analysis, file: string, offset: number): readonly Definition[] {
  return analysis.definitions
    .filter(({ span }) => span.file === file && span.start <= offset && offset <= span.end)
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))
}
