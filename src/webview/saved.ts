import { isToWebview, type PanelState } from '../protocol'
import { isClassicId } from './model/classics'
import { columns } from './model/columns'
import { type Experiment, emptyExperiment } from './model/experiment'
import { initialState, type Overlay, type SavedView, type State } from './state'

/** A measurement of more calls is too large to be kept over a reload. */
const MOST_KEPT_CALLS = 1000

const keptFields = [
  'analysis',
  'view',
  'classics',
  'showCurrent',
  'showRecommended',
  'showBand',
  'onlyWeights',
  'selected',
  'collapsed',
  'order',
  'filter',
  'experiment',
  'overlay',
] as const satisfies readonly (keyof State)[]

/** Whether something that is kept has changed; the pointer's moves are not. */
export function keptChanged(before: State, after: State): boolean {
  return keptFields.some((field) => before[field] !== after[field])
}

/** What a reloaded panel needs to look as it did; the analysis comes anew. */
export function viewToSave(state: State): PanelState & { readonly view: SavedView } {
  const { analysis } = state
  return {
    file: analysis?.file ?? null,
    model: analysis?.model?.name ?? null,
    options: analysis?.options ?? { modelExpression: null, input: null, sizes: {} },
    pinned: analysis?.pinned ?? false,
    tried: analysis?.tried ?? {},
    view: {
      view: state.view,
      classics: [...state.classics],
      showCurrent: state.showCurrent,
      showRecommended: state.showRecommended,
      showBand: state.showBand,
      onlyWeights: state.onlyWeights,
      selected: state.selected,
      collapsed: [...state.collapsed],
      order: state.order,
      filter: state.filter,
      experiment: state.experiment,
      overlay: state.overlay === null || state.overlay.measurement.calls.length > MOST_KEPT_CALLS ? null : state.overlay,
    },
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The saved view with everything doubtful left at its default: it may be of another version. */
export function restoreView(saved: unknown): Partial<State> {
  if (!isRecord(saved)) return {}
  const flag = (name: keyof SavedView, otherwise: boolean): boolean => (typeof saved[name] === 'boolean' ? saved[name] : otherwise)
  const order = isRecord(saved['order']) ? saved['order'] : null
  const column = columns.find(({ id }) => id === order?.['column'])
  return {
    view: saved['view'] === 'signal' || saved['view'] === 'gradient' ? saved['view'] : 'both',
    classics: Array.isArray(saved['classics']) ? new Set(saved['classics'].filter(isClassicId)) : initialState.classics,
    showCurrent: flag('showCurrent', true),
    showRecommended: flag('showRecommended', true),
    showBand: flag('showBand', true),
    onlyWeights: flag('onlyWeights', false),
    selected: typeof saved['selected'] === 'string' ? saved['selected'] : null,
    collapsed: new Set(Array.isArray(saved['collapsed']) ? saved['collapsed'].filter((path) => typeof path === 'string') : []),
    order: column === undefined ? null : { column: column.id, descending: order?.['descending'] === true },
    filter: typeof saved['filter'] === 'string' ? saved['filter'] : '',
    experiment: isExperiment(saved['experiment']) ? saved['experiment'] : emptyExperiment,
    overlay: isOverlay(saved['overlay']) ? saved['overlay'] : null,
  }
}

function isChoice(value: unknown): boolean {
  return isRecord(value) && typeof value['family'] === 'string' && typeof value['gain'] === 'number' && typeof value['std'] === 'number'
}

function isExperiment(value: unknown): value is Experiment {
  return (
    isRecord(value) &&
    isRecord(value['weights']) &&
    isRecord(value['types']) &&
    isRecord(value['activations']) &&
    isRecord(value['activationTypes']) &&
    [...Object.values(value['weights']), ...Object.values(value['types'])].every(isChoice) &&
    [...Object.values(value['activations']), ...Object.values(value['activationTypes'])].every(
      (fn) => isRecord(fn) && typeof fn['name'] === 'string',
    ) &&
    (value['input'] === null || isRecord(value['input']))
  )
}

function isOverlay(value: unknown): value is Overlay {
  return (
    isRecord(value) &&
    (value['source'] === 'measured' || value['source'] === 'simulated') &&
    isToWebview({ type: 'measureResult', measurement: value['measurement'] })
  )
}
