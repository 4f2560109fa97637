import { distributionMoments, formatNumber, type TensorId, usersOf } from '../../graph'
import { byDefinition, type FindingContext, type FindingRule, type Layer, layersOf, signalAt } from './rule'

/** Logits or tokens of a second moment beyond this (σ = 4) leave a softmax with one answer. */
const tooLarge = 16

/** Embeddings drawn at least this wide (second moment) are what makes it so. */
const wide = 0.25

/** N(0, 1) is right for a lookup and √width times too large for a head that uses the same matrix, or where the lookup is scaled by √width. */
export const embeddingScale: FindingRule = {
  id: 'embedding-scale',
  severity: 'warning',
  title: 'Embedding too large for its use',
  check(context) {
    const users = usersOf(context.graph)
    const large = layersOf(context).flatMap((layer) => {
      const { parameter } = layer
      const drawn = distributionMoments(parameter.initializer.distribution, parameter.shape)
      const uses = users[parameter.id] ?? []
      if (drawn === null || drawn.secondMoment < wide || !uses.some(({ node }) => node.op.kind === 'embedding')) return []
      const head = uses.find(({ node }) => node.op.kind === 'linear')?.node.outputs[0]
      const scaled = scaledLookup(context, layer)
      const tensor = head ?? scaled
      const moment = tensor === undefined ? null : signalAt(context.current, tensor)
      return moment === null || moment <= tooLarge ? [] : [{ layer, moment, isTied: head !== undefined }]
    })
    return byDefinition(large.map(({ layer }) => layer)).flatMap((layers) => {
      const [first] = layers
      const entry = large.find(({ layer }) => layer === first)
      if (first === undefined || entry === undefined) return []
      const width = first.parameter.shape[1] ?? 1
      const use = entry.isTied
        ? 'is also the matrix of the output layer, whose logits start at'
        : 'is multiplied behind the lookup, so its tokens start at'
      return [
        {
          message: `\`${first.call.name}\` is drawn from ${first.parameter.initializer.label} and ${use} second moment ${formatNumber(entry.moment, 2)}; a std of 1/√${width} = ${formatNumber(1 / Math.sqrt(width))} brings that to about 1.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}

/** The output of the factor that a lookup is multiplied by, √width as a rule; undefined where there is none. */
function scaledLookup({ consumers }: FindingContext, { output }: Layer): TensorId | undefined {
  const factor = (consumers[output] ?? []).find(({ op }) => op.kind === 'affine' && Math.abs(op.factor) > 2)
  return factor?.outputs[0]
}
