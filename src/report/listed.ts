import type { Analysis, Finding } from '../analysis'

/** What a reader is told once: one finding at one place, with every model of the file that has it. */
export interface Listed {
  readonly file: string
  readonly models: readonly string[]
  readonly finding: Finding
}

/**
 * The findings of all files. Models that share code share its findings: the same rule at the same place is one, told by the first
 * model's numbers. A finding without a place is its model's own.
 */
export function findingsOf(analyses: readonly Analysis[]): readonly Listed[] {
  const places = new Map<string, { readonly file: string; readonly models: string[]; readonly finding: Finding }>()
  for (const { file, models } of analyses) {
    for (const model of models) {
      for (const finding of model.findings) {
        const { span, rule } = finding
        const place = span === null ? `${file} ${model.name} ${finding.message}` : `${span.file}:${span.start}`
        const listed = places.get(`${place} ${rule}`)
        if (listed === undefined) places.set(`${place} ${rule}`, { file, models: [model.name], finding })
        else if (!listed.models.includes(model.name)) listed.models.push(model.name)
      }
    }
  }
  return [...places.values()]
}

/** `ResNet18()`, or `ResNet18() and 3 other models`. */
export function namedModels([first = '', ...rest]: readonly string[]): string {
  if (rest.length === 0) return first
  return `${first} and ${rest.length} other ${rest.length === 1 ? 'model' : 'models'}`
}
