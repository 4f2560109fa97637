import type { Initializer } from '../../graph'
import { type FindingRule, type Layer, layersOf, named } from './rule'

const wrappers = { weightNorm: 'weight normalization', spectralNorm: 'spectral normalization', unread: 'a parametrization' } as const

/** A draw of `weight` behind `weight_norm`, `spectral_norm` or a parametrization of the program's own: the weight is computed anew at the next call, and the draw is lost. */
export const initializerWithoutEffect: FindingRule = {
  id: 'initializer-without-effect',
  severity: 'warning',
  title: 'Initializer without effect',
  check(context) {
    const bySite = new Map<string, { readonly draw: Initializer; readonly layers: Layer[] }>()
    for (const layer of layersOf(context)) {
      for (const draw of layer.parameter.withoutEffect ?? []) {
        const key = `${draw.label} ${draw.span?.file}:${draw.span?.start}`
        const entry = bySite.get(key) ?? { draw, layers: [] }
        if (!entry.layers.includes(layer)) entry.layers.push(layer)
        bySite.set(key, entry)
      }
    }
    return [...bySite.values()].map(({ draw, layers }) => ({
      message: `${draw.label} for ${named(layers)} is lost: ${wrappers[layers[0]?.parameter.parametrization ?? 'weightNorm']} computes the weight anew at every call. Draw it before the layer is wrapped.`,
      span: draw.span ?? layers[0]?.call.definition ?? null,
      calls: layers.map(({ call }) => call.id),
    }))
  },
}
