/** Constructor calls of Flax's layers that carry weights, found in the source alone. */
import type { ClassValue, InstanceValue } from '../../../python/values'
import type { ReadDefinition } from '../../reading'
import { distributionMoments } from '../../../graph'
import type { ConstructorRules } from '../../torch/definitions/constructors'
import { entriesOf } from '../../torch/module/registry'
import { isTensor } from '../../torch/tensor'
import { flaxLayers } from '../layers'
import { declaredLinen } from '../linen/layers'
import { declaredNnx } from '../nnx/layers'

const linenNames: ReadonlySet<string> = new Set(
  flaxLayers.flatMap(({ linen, parametric }) => (linen !== null && parametric === true ? [linen] : [])),
)
const nnxNames: ReadonlySet<string> = new Set([
  ...flaxLayers.flatMap(({ nnx, parametric }) => (nnx !== null && parametric === true ? [nnx] : [])),
  'LoRA',
  'LoRALinear',
])

function layerOf(qualified: string): string | null {
  const name = qualified.slice(qualified.lastIndexOf('.') + 1)
  if (/^flax\.(linen|nn)\./.test(qualified)) return linenNames.has(name) ? `flax.linen.${name}` : null
  return /^flax\.(nnx|experimental\.nnx)\./.test(qualified) && nnxNames.has(name) ? `flax.nnx.${name}` : null
}

function layerOfClass(cls: ClassValue): string | null {
  const linen = declaredLinen(cls)
  if (linen !== null) return linen.parametric === true ? `flax.linen.${linen.linen}` : null
  const nnx = declaredNnx(cls)
  return nnx?.parametric === true ? `flax.nnx.${nnx.nnx}` : null
}

/** NNX's layers have their weights at once; linen's when they are called. */
function standaloneOf(layer: InstanceValue): ReadDefinition['standalone'] {
  const type = layer.cls.name
  const [kernel] = entriesOf(layer, '_parameters').flatMap(([, value]) => (isTensor(value) ? [value] : []))
  if (kernel?.payload.source.kind !== 'data') return { type, fanIn: null, fanOut: null, currentVariance: null }
  const { storage } = kernel.payload.source
  const moments = distributionMoments(storage.initializer.distribution, storage.parameter?.shape ?? kernel.payload.shape)
  return {
    type,
    fanIn: storage.parameter?.fans?.fanIn ?? null,
    fanOut: storage.parameter?.fans?.fanOut ?? null,
    currentVariance: moments === null ? null : moments.secondMoment - moments.mean * moments.mean,
  }
}

export const flaxConstructors: ConstructorRules = {
  layerOf,
  layerOfClass,
  starred: ['flax.linen', 'flax.nnx'],
  standaloneOf,
}
