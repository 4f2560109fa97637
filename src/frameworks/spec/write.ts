/** Initializers written back into a spec. */
import type { Document, TextEdit } from '../../analysis'
import type { Distribution, Parameter } from '../../graph'
import { type Dialect, dialects, pointwiseSetting } from './dialect'
import { initializerText, type WrittenForm } from './initializerText'
import { placeOfText, SpecError } from './place'
import type { Plan, PlannedLayer } from './plan'
import { planOf } from './planOf'

export interface SpecChange {
  readonly parameter: Parameter
  readonly distribution: Distribution
  /** The scheme that is advised for it; null for none of these. */
  readonly family: 'he' | 'xavier' | 'lecun' | null
}

export interface SpecWriter {
  /** `init: he_normal`, as it would stand in the layer; null where the format has no words for it. */
  code(change: SpecChange): string | null
  /** The edits that write the changes into their layers, or why there are none. `kept`: what is to stay as it is drawn. */
  edits(
    changes: readonly SpecChange[],
    kept: readonly SpecChange[],
  ): { readonly ok: true; readonly edits: readonly TextEdit[] } | { readonly ok: false; readonly reason: string }
}

/** The setting that says a parameter's initializer, by the parameter's name on its layer. */
const settings: readonly (readonly [RegExp, string])[] = [
  [/^bias|_bias(?:_reverse)?$/, 'bias_init'],
  [/^recurrent/, 'recurrent_init'],
  [/^(?:weight|depthwise|query|key|value|output)/, 'init'],
]

/** The setting of a layer that initializes one of its parameters; null where none does. */
export function settingOf({ name }: Parameter, dialect: Dialect): string | null {
  const own = name.slice(name.lastIndexOf('.') + 1)
  if (own === 'pointwise') return pointwiseSetting(dialect)
  return settings.find(([pattern]) => pattern.test(own))?.[1] ?? null
}

/** null for a document that is no spec. */
export function specWriter(document: Document): SpecWriter | null {
  try {
    return writerFor(planOf(placeOfText(document.file, document.text)), document)
  } catch (error) {
    if (error instanceof SpecError) return null
    throw error
  }
}

function writerFor(plan: Plan, document: Document): SpecWriter {
  const layers = new Map(plan.executions.map(({ layer }) => [layer.name, layer]))
  const form: WrittenForm = plan.framework !== 'spec' ? 'topology' : document.text.trimStart().startsWith('{') ? 'json' : 'yaml'
  const dialect = dialects[plan.origin]

  const placed = ({ parameter, distribution }: SpecChange): { layer: PlannedLayer; key: string; text: string } | null => {
    const dot = parameter.name.lastIndexOf('.')
    const layer = layers.get(parameter.name.slice(0, dot))
    const setting = settingOf(parameter, dialect)
    const text = initializerText(distribution, parameter, dialect, form)
    return layer === undefined || setting === null || text === null ? null : { layer, key: layer.settings.key(setting), text }
  }

  return {
    code(change) {
      const found = placed(change)
      if (found === null) return null
      return form === 'yaml' ? `${found.key}: ${found.text}` : `${JSON.stringify(found.key)}: ${found.text}`
    },
    edits(changes) {
      const byPlace = new Map<number, { readonly layer: PlannedLayer; readonly values: Map<string, string> }>()
      const torn = new Set<string>()
      for (const change of changes) {
        const found = placed(change)
        if (found === null) return { ok: false, reason: `A spec has no words for ${change.parameter.name}.` }
        const { start } = found.layer.settings.place.span
        const entry = byPlace.get(start) ?? { layer: found.layer, values: new Map<string, string>() }
        byPlace.set(start, entry)
        if ((entry.values.get(found.key) ?? found.text) !== found.text) torn.add(found.layer.type)
        else entry.values.set(found.key, found.text)
      }
      if (torn.size > 0)
        return {
          ok: false,
          reason: `The turns of a repeated block would each need draws of their own (${[...torn].join(', ')}): write them out, without repeat.`,
        }
      const edits = [...byPlace.values()].flatMap(({ layer, values }) =>
        layer.settings.place.edits(values).map((edit) => ({ file: document.file, ...edit })),
      )
      return { ok: true, edits: edits.sort((a, b) => a.start - b.start) }
    },
  }
}
