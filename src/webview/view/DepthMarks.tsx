import { useMemo } from 'preact/hooks'
import type { DepthAxis } from '../model/geometry'
import { CHARACTER, moduleLabel } from '../model/labels'
import { fittingStretches, rowOf, type Slot } from '../model/slots'
import { strings } from '../strings'

/** Height of the strip below the panes: a mark for each layer, names, and the modules that collapse. */
export const MARKS_HEIGHT = 50

interface Name {
  readonly x: number
  readonly text: string
}

/** Up to as many layers each may have its name; of more, one in a round number. */
const EVERY = 400
/** Pixels that such a name takes. */
const NAME_ROOM = 52

/** The next of 1, 2, 2.5, 5, 10, 20, 25, 50 … that is a whole number. */
function round(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= least && Number.isInteger(candidate * power)) ?? 10
  return factor * power
}

/** Names where they fit: layers with weights first, then the others. */
function namesOf(slots: readonly Slot[], depth: DepthAxis): readonly Name[] {
  const taken: (readonly [number, number])[] = []
  const names: Name[] = []
  const step = slots.length <= EVERY ? 1 : round(NAME_ROOM / depth.step)
  for (const wanted of ['weights', 'other'] as const) {
    for (let index = 0; index < slots.length; index += step) {
      const slot = slots[index] as Slot
      const row = rowOf(slot)
      // A closed module is named like a layer: its bar has room for a sign alone.
      const isGroup = slot.kind === 'group'
      if ((isGroup || row.kind === 'weights') !== (wanted === 'weights')) continue
      const name = isGroup ? slot.path : row.call.name
      const last = name.split('.').at(-1) ?? ''
      const text = /^\d+$/.test(last) && (isGroup || depth.step > 60) ? name : last
      const half = (text.length * CHARACTER) / 2 + 5
      const x = depth.x(index)
      if (x - half < depth.left - 40 || x + half > depth.right + 10 || taken.some(([from, to]) => x - half < to && x + half > from))
        continue
      taken.push([x - half, x + half])
      names.push({ x, text })
    }
  }
  return names
}

/** The strip below the chart: what kind each layer is, its name where it fits, and modules as bars that collapse. */
export function DepthMarks({ slots, depth, top }: { readonly slots: readonly Slot[]; readonly depth: DepthAxis; readonly top: number }) {
  const names = useMemo(() => namesOf(slots, depth), [slots, depth])
  const groups = useMemo(() => fittingStretches(slots, depth.step), [slots, depth])
  return (
    <g class="marks" transform={`translate(0,${top})`}>
      {depth.step >= 3 &&
        slots.map((slot, index) => {
          const { kind } = rowOf(slot)
          const x = depth.x(index)
          if (slot.kind === 'group') return <rect key={index} class="mark-group" x={x - 3} y={2} width={6} height={6} />
          if (kind === 'weights') return <line key={index} class="mark-weights" x1={x} x2={x} y1={0} y2={9} />
          if (kind === 'activation') return <circle key={index} class="mark-activation" cx={x} cy={4} r={2} />
          if (kind === 'norm') return <line key={index} class="mark-norm" x1={x - 3} x2={x + 3} y1={4} y2={4} />
          return null
        })}
      {names.map(({ x, text }) => (
        <text key={`${x}`} class="layer-name" x={x} y={21} text-anchor="middle">
          {text}
        </text>
      ))}
      {groups.map((group) => {
        const left = depth.left + group.from * depth.step
        const width = (group.to - group.from) * depth.step
        const label = group.collapsed ? strings.expand(group.path) : strings.collapse(group.path)
        return (
          // The chart takes the press.
          <g key={`${group.path}${group.from}`} class={group.collapsed ? 'module collapsed' : 'module'} data-module={group.path}>
            <title>{label}</title>
            <rect x={left + 1} y={28} width={Math.max(1, width - 2)} height={18} rx={2} />
            <text x={left + width / 2} y={41} text-anchor="middle">
              {group.collapsed ? '+' : moduleLabel(group.path, width)}
            </text>
          </g>
        )
      })}
    </g>
  )
}
