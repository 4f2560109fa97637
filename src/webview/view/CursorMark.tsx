import { modelRows } from '../model/derived'
import type { DepthAxis } from '../model/geometry'
import { rowsOnLine } from '../model/rows'
import type { Slot } from '../model/slots'
import { slotIndex } from './Crosshair'
import { usePanelState } from './context'

/** Shades the layers that the editor's cursor is on, and lines the one whose drawer is open. */
export function CursorMark({
  slots,
  depth,
  height,
}: {
  readonly slots: readonly Slot[]
  readonly depth: DepthAxis
  readonly height: number
}) {
  const analysis = usePanelState((state) => state.analysis)
  const line = usePanelState((state) => state.cursorLine)
  const selected = usePanelState((state) => state.selected)
  if (analysis === null || analysis.model === null) return null
  const indices = new Set(
    line === null ? [] : rowsOnLine(modelRows(analysis.model), analysis.file, line).map((row) => slotIndex(slots, row.key)),
  )
  const width = Math.max(2, depth.step)
  const chosen = slotIndex(slots, selected)
  return (
    <g class="cursor-mark">
      {[...indices]
        .filter((index) => index >= 0)
        .map((index) => (
          <rect key={index} x={depth.x(index) - width / 2} y={18} width={width} height={Math.max(0, height - 18)} />
        ))}
      {chosen >= 0 && <line x1={depth.x(chosen)} x2={depth.x(chosen)} y1={18} y2={height} />}
    </g>
  )
}
