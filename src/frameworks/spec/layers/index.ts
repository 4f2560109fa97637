/** Every kind of layer that a spec can name. */
import type { LayerKind } from '../scope'
import { attention } from './attention'
import { convolutions } from './conv'
import { dense } from './dense'
import { elementwise } from './elementwise'
import { embedding } from './embedding'
import { joins } from './join'
import { norms } from './norm'
import { pools } from './pool'
import { rearrangements } from './rearrange'
import { recurrents } from './recurrent'

export const layerKinds: readonly LayerKind[] = [
  dense,
  ...convolutions,
  embedding,
  attention,
  ...recurrents,
  ...norms,
  ...pools,
  ...rearrangements,
  ...joins,
  ...elementwise,
]

const byType = new Map(layerKinds.flatMap((kind) => [kind.type, ...(kind.aliases ?? [])].map((name) => [name, kind] as const)))

/** The kind that a type names, in any of its spellings; null for one that is not known. */
export function layerKindOf(type: string): LayerKind | null {
  return byType.get(type) ?? null
}
