import { useRef } from 'preact/hooks'
import type { ModelAnalysis, Prediction } from '../../analysis'
import type { ActivationFunction, Initializer } from '../../graph'
import { formatNumber } from '../../report/numbers'
import { activationBehind } from '../model/behind'
import { type Activated, type Drawn, drawActivated, drawDistribution, drawNormal } from '../model/density'
import type { SeriesId } from '../model/derived'
import type { Row } from '../model/rows'
import { strings } from '../strings'
import { DensityPlot } from './DensityPlot'
import { seriesNames } from './Readout'
import { useWidth } from './useWidth'

export interface Case {
  readonly series: SeriesId
  readonly prediction: Prediction
  /** What the row's weight is drawn from in this case. */
  readonly initializer: Initializer | null
  /** The activation behind the layer in this case, when it is replaced. */
  readonly activation: ActivationFunction | null
}

const percent = (share: number): string => `${formatNumber(100 * share, 2)} %`

function present<T>(
  entries: readonly { readonly series: SeriesId; readonly drawn: T | null }[],
): readonly { readonly series: SeriesId; readonly drawn: T }[] {
  return entries.flatMap(({ series, drawn }) => (drawn === null ? [] : [{ series, drawn }]))
}

function momentsBefore(
  prediction: Prediction,
  tensor: number | undefined | null,
): { readonly mean: number; readonly variance: number } | null {
  const moments = tensor === undefined || tensor === null ? undefined : prediction.forward[tensor]
  return moments?.known === true ? moments : null
}

/** "now 50 % at zero, recommended 50 % at zero". */
function sharesOf(entries: readonly { readonly series: SeriesId; readonly drawn: Activated }[]): readonly string[] {
  return entries.flatMap(({ series, drawn: { dead, saturated } }) => [
    ...(dead > 0 ? [`${seriesNames[series]} ${strings.dead(percent(dead))}`] : []),
    ...(saturated !== null ? [`${seriesNames[series]} ${strings.saturated(percent(saturated))}`] : []),
  ])
}

/** What the numbers mean: the density of what the layer hands on, before and after its activation, and of its weights. */
export function Distributions({
  model,
  row,
  cases,
}: {
  readonly model: ModelAnalysis
  readonly row: Row
  readonly cases: readonly Case[]
}) {
  const element = useRef<HTMLDivElement>(null)
  const width = useWidth(element)
  const behind = activationBehind(model.graph, row)
  const source = behind === null ? row.tensor : behind.inputs[0]
  const outputs = present(
    cases.map(({ series, prediction }) => {
      const moments = momentsBefore(prediction, source)
      return { series, drawn: moments === null ? null : drawNormal(moments.mean, moments.variance) }
    }),
  )
  const activated =
    behind === null
      ? []
      : present(
          cases.map(({ series, prediction, activation }) => {
            const moments = momentsBefore(prediction, source)
            return { series, drawn: moments === null ? null : drawActivated(activation ?? behind.op.fn, moments.mean, moments.variance) }
          }),
        )
  const weights =
    row.parameter === null
      ? []
      : present<Drawn>(
          cases.map(({ series, initializer }) => ({
            series,
            drawn: initializer === null ? null : drawDistribution(initializer.distribution, row.parameter?.shape ?? []),
          })),
        )
  return (
    <div class="distributions" ref={element}>
      {outputs.length > 0 && <DensityPlot title={strings.preActivations} entries={outputs} notes={[]} width={width} />}
      {behind !== null && activated.length > 0 && (
        <DensityPlot
          title={strings.afterActivation(behind.op.fn.name)}
          width={width}
          notes={sharesOf(activated)}
          entries={activated.map(({ series, drawn }) => ({ series, drawn: drawn.drawn }))}
        />
      )}
      {weights.length > 0 && <DensityPlot title={strings.weights} entries={weights} notes={[]} width={width} />}
    </div>
  )
}
