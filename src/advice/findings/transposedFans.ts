import { formatNumber, type Node } from '../../graph'
import { arithmeticFanIn } from '../fans'
import { rescaledLater } from '../rescaled'
import { byInitializer, type FindingContext, type FindingRule, type Layer, layersOf, named } from './rule'

/** Fans within this factor of the products that are really summed are no trouble. */
const tolerance = 1.6

/** torch counts a transposed convolution's fans on [in, out, k, k] as if it were [out, in, k, k], and knows no stride. */
export const transposedConvFans: FindingRule = {
  id: 'transposed-conv-fans',
  severity: 'warning',
  title: 'Fans of a transposed convolution',
  check(context) {
    const wrong = layersOf(context).flatMap((layer) => {
      const fans = fansOf(context, layer)
      const ratio = fans === null ? 1 : fans.summed / fans.counted
      return fans === null || (ratio < tolerance && ratio > 1 / tolerance) ? [] : [{ layer, fans, ratio }]
    })
    return byInitializer(wrong.map(({ layer }) => layer)).flatMap((layers) => {
      const [first] = layers
      const entry = wrong.find(({ layer }) => layer === first)
      if (first === undefined || entry === undefined) return []
      const { fans, ratio } = entry
      return [
        {
          message: `${first.parameter.initializer.label} divides by ${formatNumber(fans.counted, 6)} for ${named(layers)}, but each output of this transposed convolution sums ${formatNumber(fans.summed, 6)} products (the shape's first two axes are swapped, the stride thins the taps): the variance is ${formatNumber(ratio, 2)} times what is meant.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}

/** The fan that a He call divides by, and the one that it means; null for other layers, and where a norm undoes the scale. */
function fansOf({ graph, consumers }: FindingContext, { parameter, call, output }: Layer): { counted: number; summed: number } | null {
  const { scaling } = parameter.initializer
  if (scaling?.scheme !== 'kaiming' || parameter.fans === null || rescaledLater(graph, consumers, output)) return null
  const node = graph.nodes.find((candidate: Node) => candidate.call === call.id && candidate.op.kind === 'convTranspose')
  const summed = node === undefined ? null : arithmeticFanIn(node)
  return summed === null ? null : { counted: scaling.mode === 'fan_out' ? parameter.fans.fanOut : parameter.fans.fanIn, summed }
}
