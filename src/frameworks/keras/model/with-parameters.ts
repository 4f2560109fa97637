/** An operation with other parameters in the place of its own. */
import type { Op, ParameterId, RecurrentLayer } from '../../../graph'

type Rename = (id: ParameterId) => ParameterId

function optional(rename: Rename, id: ParameterId | null): ParameterId | null {
  return id === null ? null : rename(id)
}

function recurrent(rename: Rename, layer: RecurrentLayer): RecurrentLayer {
  return {
    inputKernel: rename(layer.inputKernel),
    recurrentKernel: rename(layer.recurrentKernel),
    inputBias: optional(rename, layer.inputBias),
    recurrentBias: optional(rename, layer.recurrentBias),
    projection: optional(rename, layer.projection),
  }
}

export function withParameters(op: Op, rename: Rename): Op {
  switch (op.kind) {
    case 'linear':
    case 'bilinear':
    case 'conv':
    case 'convTranspose':
      return { ...op, weight: rename(op.weight), bias: optional(rename, op.bias) }
    case 'embedding':
      return { ...op, weight: rename(op.weight) }
    case 'batchNorm':
    case 'layerNorm':
    case 'groupNorm':
      return { ...op, scale: optional(rename, op.scale), shift: optional(rename, op.shift) }
    case 'parameter':
      return { ...op, parameter: rename(op.parameter) }
    case 'recurrent':
      return { ...op, layers: op.layers.map((directions) => directions.map((layer) => recurrent(rename, layer))) }
    default:
      return op
  }
}
