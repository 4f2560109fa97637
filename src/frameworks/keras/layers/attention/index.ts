/** Attention, and the projections that it is made of. */
import type { KerasLayer } from '../../layer/declare'
import { einsumDense } from './einsumDense'
import { groupQuery } from './grouped'
import { multiHead } from './multiHead'
import { scoredAttentions } from './scored'

export const attentionLayers: readonly KerasLayer[] = [multiHead, groupQuery, ...scoredAttentions, einsumDense]
