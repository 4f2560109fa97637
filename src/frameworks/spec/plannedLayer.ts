/** A layer as Keras and TensorFlow.js configure it. */
import { layerKindOf } from './layers'
import { configuredKindOf } from './layers/configured'
import { layerName } from './names'
import type { Place } from './place'
import type { PlannedLayer } from './plan'
import type { LayerKind } from './scope'
import { type Naming, Settings } from './settings'
import { appliesActivation, topologyNames } from './topologyNames'

export interface ConfiguredLayer {
  /** The layer's own entry, with `class_name` and `config`. */
  readonly entry: Place
  readonly config: Place
  /** Its class. */
  readonly type: string
  readonly name: string
  readonly path: readonly string[]
  /** How the format spells the keys of a topology. */
  readonly spelling?: Naming
}

/** Throws a SpecError where a wrapper wraps no layer. */
export function plannedLayer({ entry, config, type, name, path, spelling = (key) => key }: ConfiguredLayer): PlannedLayer {
  const namesOf = (kind: LayerKind | null): Naming => {
    const names = topologyNames(kind)
    return (key) => spelling(names(key))
  }
  const wrapped = config.get('layer')
  if (wrapped !== null && (type === 'Bidirectional' || type === 'TimeDistributed')) {
    const inner = wrapped.get('config') ?? wrapped.fail('config is missing beside class_name.')
    const kind = kindOf(wrapped, inner, textAt(wrapped, 'class_name'), spelling)
    const isRead =
      type === 'Bidirectional'
        ? (config.get(spelling('merge_mode'))?.scalar ?? 'concat') === 'concat'
        : kind?.type === 'dense' || kind?.type === 'activation'
    const set = new Set(type === 'Bidirectional' ? ['bidirectional'] : [])
    const known = isRead ? kind : null
    const activation = known !== null && appliesActivation(known) ? inner.get('activation') : null
    return { name, type, kind: known, settings: new Settings(inner, namesOf(known), entry, set), activation, path }
  }
  const kind = kindOf(entry, config, type, spelling)
  const activation = kind !== null && appliesActivation(kind) ? config.get('activation') : null
  return { name, type, kind, settings: new Settings(config, namesOf(kind), entry), activation, path }
}

/** null for classes that are the user's own, or not known. */
function kindOf(entry: Place, config: Place, type: string, spelling: Naming): LayerKind | null {
  const module = entry.get('module')
  if (module !== null && !/^(?:keras|tensorflow|tf_keras)/.test(String(module.scalar))) return null
  // Keras' Attention has no weights and takes queries and values.
  if (type === 'Attention') return null
  if (type === 'ReLU') return layerKindOf(rectifierOf(config, spelling))
  const name = layerName(type)
  return layerKindOf(name) ?? configuredKindOf(name)
}

/** ReLU's own settings make it another function. */
function rectifierOf(config: Place, spelling: Naming): string {
  const at = (name: string): number => Number(config.get(spelling(name))?.scalar ?? 0)
  if (at('threshold') !== 0) return 'relu with a threshold'
  if (at('max_value') === 6) return at('negative_slope') === 0 ? 'relu6' : 'relu6 with a slope'
  if (at('max_value') !== 0) return 'relu with a ceiling'
  return at('negative_slope') === 0 ? 'relu' : 'leaky_relu'
}

export function textAt(place: Place, key: string): string {
  const value = place.get(key)?.scalar
  return typeof value === 'string' ? value : place.fail(`${key} is missing: a layer has class_name and config.`)
}
