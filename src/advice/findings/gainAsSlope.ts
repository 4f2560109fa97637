import { formatNumber } from '../../graph'
import { rescaledLater } from '../rescaled'
import { byInitializer, type FindingRule, layersOf, named, verb } from './rule'

/** Gains that people look up lie between these; 1 and √5 are slopes that frameworks use on purpose (Caffe2's Xavier, torch's default). */
const lookedUp: readonly [number, number] = [1.05, 2]

/** `kaiming_*_(w, a=√2)`: `a` is a leaky slope, so a gain given there makes the weights smaller, not larger. */
export const gainPassedAsSlope: FindingRule = {
  id: 'gain-passed-as-slope',
  severity: 'warning',
  title: 'A gain passed as slope',
  check(context) {
    const wrong = layersOf(context).filter(({ parameter, output }) => {
      const { scaling } = parameter.initializer
      if (scaling?.scheme !== 'kaiming' || scaling.nonlinearity !== 'leaky_relu') return false
      const isGain = scaling.slope > lookedUp[0] && scaling.slope < lookedUp[1]
      return isGain && !rescaledLater(context.graph, context.consumers, output)
    })
    return byInitializer(wrong).flatMap((layers) => {
      const [first] = layers
      const scaling = first?.parameter.initializer.scaling
      if (first === undefined || scaling === undefined) return []
      const { slope } = scaling
      return [
        {
          message: `\`a=${formatNumber(slope)}\` is the negative slope of a leaky ReLU, not a gain: ${named(layers)} ${verb(layers, 'gets', 'get')} 2/(1 + a²) = ${formatNumber(2 / (1 + slope * slope))} over the fan, where a gain of ${formatNumber(slope)} would be ${formatNumber(slope * slope)}. Leave \`a\` out and name the nonlinearity.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}
