/** Constructor calls of Flax's layers that carry weights, found in the source alone. */
import type { ClassValue } from '../../../python/values'
import { standaloneOfFirst } from '../../standalone'
import type { ConstructorRules } from '../../torch/definitions/constructors'
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

export const flaxConstructors: ConstructorRules = {
  layerOf,
  layerOfClass,
  starred: ['flax.linen', 'flax.nnx'],
  standaloneOf: standaloneOfFirst,
}
