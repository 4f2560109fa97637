import { modelRows } from '../model/derived'
import type { DepthAxis } from '../model/geometry'
import { overlayPoints, shownOverlay } from '../model/overlay'
import type { LogAxis } from '../model/scale'
import { rowOf, type Slot } from '../model/slots'
import type { Direction } from '../model/track'
import { usePanelState } from './context'

interface MeasuredProps {
  readonly direction: Direction
  readonly slots: readonly Slot[]
  readonly depth: DepthAxis
  readonly axis: LogAxis
}

/** What a real network gave, with two standard errors either way. */
export function MeasuredPoints({ direction, slots, depth, axis }: MeasuredProps) {
  const model = usePanelState((state) => state.analysis?.model ?? null)
  const overlay = usePanelState(shownOverlay)
  if (model === null || overlay === null) return null
  const points = overlayPoints(overlay.measurement, modelRows(model))
  return (
    <g class="measured">
      {slots.map((slot, index) => {
        const moment = points.get(rowOf(slot).key)?.[direction === 'signal' ? 'forward' : 'backward'] ?? null
        if (moment === null) return null
        const x = depth.x(index)
        const error = 2 * moment.standardError
        return (
          <g key={index}>
            <line
              class="error"
              x1={x}
              x2={x}
              y1={axis.y(moment.secondMoment + error)}
              y2={axis.y(Math.max(0, moment.secondMoment - error))}
            />
            <path class="cross" d={`M${x - 3},${axis.y(moment.secondMoment) - 3}l6,6m0,-6l-6,6`} />
          </g>
        )
      })}
    </g>
  )
}
