import { useMemo, useRef } from 'preact/hooks'
import { type Series, series as seriesOf, slotsOfChart, tracks } from '../model/derived'
import { depthAxis } from '../model/geometry'
import { logAxis, logExtent } from '../model/scale'
import { rowOf, type Slot } from '../model/slots'
import { type Direction, directions, readingOf } from '../model/track'
import { spokenLayer } from '../model/verdict'
import { strings } from '../strings'
import { Crosshair } from './Crosshair'
import { CursorMark } from './CursorMark'
import { usePanel, usePanelState } from './context'
import { DepthMarks, MARKS_HEIGHT } from './DepthMarks'
import { MeasuredPoints } from './MeasuredPoints'
import { Pane } from './Pane'
import { Readout } from './Readout'
import { useWidth } from './useWidth'

const LEFT = 46
const RIGHT = 14
const TITLE = 26

/** Decades that a line to compare with may add to the axis; it runs along the edge beyond. */
const COMPARED = 6

/** The extent of a pane: code, recommendation and experiment whole with their bands, what is compared as far as it fits. */
function extentOf(
  series: readonly Series[],
  direction: Direction,
  slots: readonly Slot[],
  band: boolean,
): readonly [number, number] | null {
  const main = series.filter(({ id }) => id === 'current' || id === 'written' || id === 'recommended' || id === 'experiment')
  const arrays: Iterable<number>[] = main.map(({ track }) => track[direction])
  if (band && slots.length <= 2000) {
    for (const { track } of main) {
      for (const slot of slots) {
        const reading = readingOf(track.prediction, rowOf(slot), direction)
        if (reading.known) arrays.push(reading.band)
      }
    }
  }
  const own = logExtent(arrays)
  const all = logExtent(series.map(({ track }) => track[direction]))
  if (own === null || all === null) return all
  return [Math.min(own[0], Math.max(all[0], own[0] - COMPARED)), Math.max(own[1], Math.min(all[1], own[1] + COMPARED))]
}

function hasZeros(series: readonly Series[], direction: Direction): boolean {
  return series.some(({ track }) => track[direction].includes(0))
}

/** Variance against depth. The pointer or the arrow keys move a crosshair from layer to layer. */
export function Chart() {
  const { store, actions } = usePanel()
  const analysis = usePanelState((state) => state.analysis)
  const view = usePanelState((state) => state.view)
  const band = usePanelState((state) => state.showBand)
  const collapsed = usePanelState((state) => state.collapsed)
  const onlyWeights = usePanelState((state) => state.onlyWeights)
  const series = usePanelState(seriesOf)
  const element = useRef<HTMLDivElement>(null)
  const width = useWidth(element)
  const model = analysis?.model ?? null
  const slots = model === null ? [] : slotsOfChart(model, collapsed, onlyWeights)
  const zone = analysis?.settings.healthyZone ?? [0.1, 10]
  const shown = view === 'both' ? directions : [view]
  const paneHeight = shown.length === 2 ? 150 : 270

  const depth = useMemo(() => depthAxis(slots.length, LEFT, Math.max(LEFT + 40, width - RIGHT)), [slots.length, width])
  const axes = useMemo(
    () =>
      shown.map((direction) => ({
        direction,
        axis: logAxis(extentOf(series, direction, slots, band), zone, paneHeight, hasZeros(series, direction)),
      })),
    [series, slots, band, zone, paneHeight, view],
  )
  if (analysis === null || model === null) return null

  const place = (index: number): void => {
    const slot = slots[index]
    if (slot === undefined) return
    const row = rowOf(slot)
    if (store.get().crosshair === row.key && store.get().readout) return
    actions.set({ crosshair: row.key, readout: true })
  }
  const speak = (index: number): void => {
    const slot = slots[index]
    const current = tracks(store.get())?.current
    if (slot === undefined || current === undefined) return
    const row = rowOf(slot)
    const name = slot.kind === 'group' ? `${slot.path}, ${strings.layersInside(slot.rows.length)}` : row.call.name
    actions.set({ spoken: spokenLayer(name, current.signal[row.index] ?? Number.NaN, current.gradient[row.index] ?? Number.NaN, zone) })
  }
  const crosshairIndex = (): number => {
    const key = store.get().crosshair
    return slots.findIndex((slot) => rowOf(slot).key === key)
  }
  const open = (index: number): void => {
    const slot = slots[index]
    if (slot === undefined) return
    const row = rowOf(slot)
    actions.select(row.key)
    if (row.span !== null) actions.post({ type: 'reveal', span: row.span, preserveFocus: true })
  }
  const moduleAt = (index: number): string | null => {
    const slot = slots[index]
    if (slot === undefined) return null
    return slot.kind === 'group' ? slot.path : (slot.row.call.path.filter((part) => part !== slot.row.call.name).at(-1) ?? null)
  }
  const toggleModule = (path: string | null): void => {
    if (path === null) return
    const next = new Set(collapsed)
    if (!next.delete(path)) next.add(path)
    actions.set({ collapsed: next })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const placed = crosshairIndex()
    const index = placed >= 0 ? placed : slots.findIndex((slot) => rowOf(slot).key === store.get().selected)
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: index + 1,
      ArrowLeft: index < 0 ? slots.length - 1 : index - 1,
      Home: 0,
      End: slots.length - 1,
      PageDown: index + 10,
      PageUp: index - 10,
    }
    const target = moves[event.key]
    if (target !== undefined) {
      const bounded = Math.min(slots.length - 1, Math.max(0, target))
      place(bounded)
      speak(bounded)
    } else if (event.key === 'Enter' || event.key === ' ') open(index)
    else if (event.key === 'Escape') actions.set({ crosshair: null, readout: false })
    else if (event.key === 'c' && !event.ctrlKey && !event.metaKey) toggleModule(moduleAt(index))
    else return
    event.preventDefault()
  }
  const slotAt = (event: PointerEvent | MouseEvent): number | null => {
    const box = element.current?.getBoundingClientRect()
    return box === undefined ? null : depth.at(event.clientX - box.left)
  }
  const marksTop = shown.length * (paneHeight + TITLE) + 6
  return (
    // A chart is no control of HTML's own: role application hands it the arrow keys.
    <div
      class="chart"
      ref={element}
      role="application"
      aria-roledescription="chart"
      aria-label={strings.chartName(model.name)}
      aria-describedby="chart-help"
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        const index = slotAt(event)
        if (index !== null) place(index)
      }}
      onPointerLeave={() => actions.set({ crosshair: null, readout: false })}
      onBlur={() => actions.set({ crosshair: null, readout: false })}
      onClick={(event) => {
        const module = (event.target as Element).closest('[data-module]')?.getAttribute('data-module') ?? null
        if (module !== null) {
          toggleModule(module)
          return
        }
        const index = slotAt(event)
        if (index !== null) open(index)
      }}
    >
      <p id="chart-help" class="visually-hidden">
        {strings.chartHelp} {strings.chartTable}
      </p>
      <svg class="plot" width={width} height={marksTop + MARKS_HEIGHT} aria-hidden="true">
        <CursorMark slots={slots} depth={depth} height={marksTop} />
        {axes.map(({ direction, axis }, index) => (
          <g key={direction} transform={`translate(0,${TITLE + index * (paneHeight + TITLE)})`}>
            <Pane
              direction={direction}
              series={series}
              slots={slots}
              depth={depth}
              axis={axis}
              height={paneHeight}
              zone={zone}
              band={band}
            />
            <MeasuredPoints direction={direction} slots={slots} depth={depth} axis={axis} />
          </g>
        ))}
        <DepthMarks slots={slots} depth={depth} top={marksTop} />
        <Crosshair slots={slots} depth={depth} panes={axes} series={series} paneHeight={paneHeight} title={TITLE} />
      </svg>
      <Readout slots={slots} depth={depth} series={series} width={width} />
    </div>
  )
}
