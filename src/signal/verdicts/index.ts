/** Verdicts on depth: how long signal and gradient last in each stretch of a network, and whether an initialization can change that. */
import type { Outlook, Pace, Prediction, Remedy, Verdict } from '../../analysis'
import type { ActivationFunction, Call, Graph, TensorId } from '../../graph'
import { paceOf } from './pace'
import { bestPassing, passingBehindNorm } from './passing'
import { type Stretch, stretchesOf } from './stretches'

const TENFOLD = Math.log(10)

/** Verdicts on the stretches of a graph, from its predictions as written and with the recommended initialization. */
export function verdictsOn(graph: Graph, current: Prediction, recommended: Prediction): readonly Verdict[] {
  return stretchesOf(graph).flatMap((stretch) => verdictOn(graph, stretch, current, recommended) ?? [])
}

function verdictOn(graph: Graph, stretch: Stretch, current: Prediction, recommended: Prediction): Verdict | null {
  const { calls, activation } = stretch
  const [first, last] = [calls[0], calls.at(-1)]
  if (first === undefined || last === undefined) return null
  const now = pacesOf(graph, calls, current)
  if (now.signal === null && now.gradient === null) return null
  const advised = pacesOf(graph, calls, recommended)
  const steps = calls.length - 1
  const passes = activation === null ? null : Math.min(1, bestPassing(activation).factor)
  const outlook = outlookOf(now, advised, passes, steps)
  return {
    from: first.name,
    to: last.name,
    calls: calls.map((call) => call.id),
    layers: calls.length,
    outlook,
    ...now,
    recommended: advised,
    activation: activation?.name ?? null,
    passes,
    remedies: outlook === 'hopeless' && activation !== null ? remediesFor(activation, steps) : [],
  }
}

interface Paces {
  readonly signal: Pace | null
  readonly gradient: Pace | null
}

function pacesOf(graph: Graph, calls: readonly Call[], prediction: Prediction): Paces {
  const outputs = calls.map((call) => call.outputs[0] as TensorId)
  const moments = (known: Prediction['forward'] | Prediction['backward'], scale: (tensor: TensorId) => number) =>
    outputs.map((tensor) => {
      const moment = known[tensor]
      return moment?.known ? moment.secondMoment * scale(tensor) : Number.NaN
    })
  const units = (tensor: TensorId) => (graph.tensors[tensor]?.shape ?? []).slice(1).reduce((product, size) => product * size, 1)
  return {
    signal: paceOf(moments(prediction.forward, () => 1)),
    gradient: paceOf(moments(prediction.backward, units).reverse()),
  }
}

function outlookOf(now: Paces, advised: Paces, passes: number | null, steps: number): Outlook {
  const lasts = (pace: Pace | null) => pace === null || Math.abs(Math.log(pace.factor)) * steps <= TENFOLD
  const both = ({ signal, gradient }: Paces) => lasts(signal) && lasts(gradient)
  if (both(now)) return 'stable'
  if (both(advised)) return 'mendable'
  return passes !== null && passes < 1 && -Math.log(passes) * steps > TENFOLD ? 'hopeless' : 'limited'
}

/** What keeps more than a tenth of the gradient over the stretch, and not tenfold more. */
function remediesFor(activation: ActivationFunction, steps: number): readonly Remedy[] {
  const keeps = (factor: number) => Math.abs(Math.log(factor)) * steps <= TENFOLD
  const behindNorm = passingBehindNorm(activation)
  const remedies: readonly Remedy[] = [
    { change: 'normalization', factor: behindNorm },
    { change: 'residual connections', factor: null },
    { change: 'tanh', factor: bestPassing({ name: 'tanh' }).factor },
    { change: 'ReLU', factor: bestPassing({ name: 'relu' }).factor },
  ]
  return remedies.filter(({ factor }) => factor === null || keeps(factor))
}
