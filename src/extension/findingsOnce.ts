import type { Analysis, Finding } from '../analysis'
import type { Span } from '../graph'

/** A finding at a place of the file, and how many other models of the file have the same rule's finding there. */
export interface FindingOnce {
  readonly finding: Finding & { readonly span: Span }
  readonly otherModels: number
}

/** Ten builders of one class are ten models with the same finding at the same line: the first model's is told. */
export function findingsOnce({ models }: Analysis, file: string): readonly FindingOnce[] {
  const speakers = new Map<string, { readonly model: number; readonly others: Set<number> }>()
  const told: { readonly key: string; readonly finding: FindingOnce['finding'] }[] = []
  models.forEach((model, index) => {
    for (const finding of model.findings) {
      const { span } = finding
      if (span === null || span.file !== file) continue
      const key = `${finding.rule} ${span.start}`
      const speaker = speakers.get(key)
      if (speaker === undefined) speakers.set(key, { model: index, others: new Set() })
      else if (speaker.model !== index) speaker.others.add(index)
      if (speaker === undefined || speaker.model === index) told.push({ key, finding: { ...finding, span } })
    }
  })
  return told.map(({ key, finding }) => ({ finding, otherModels: speakers.get(key)?.others.size ?? 0 }))
}
