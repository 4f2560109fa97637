/** `tf.layers.rnn({cell: …})`: a recurrent layer made of cells. */
import { isArray, ObjectValue } from '../../javascript'
import { type Configured, LayerValue, partOf } from './values'

const layers: ReadonlyMap<string, string> = new Map([
  ['SimpleRNNCell', 'SimpleRNN'],
  ['GRUCell', 'GRU'],
  ['LSTMCell', 'LSTM'],
])

/** The layers that stand for an RNN's cells, in order; null for other layers, and for cells that are not known. */
export function cellsOf({ className, config }: Configured): readonly Configured[] | null {
  if (className !== 'RNN' || config === null) return null
  const cell = config.value('cell')
  const single = partOf(cell)
  const stacked = single instanceof LayerValue && single.made.className === 'StackedRNNCells' ? single.made.config?.value('cells') : cell
  const cells = (isArray(stacked) ? stacked.items : [stacked]).map(partOf)
  const made = cells.flatMap((each, index) => {
    const type = each instanceof LayerValue ? layers.get(each.made.className) : undefined
    if (!(each instanceof LayerValue) || type === undefined) return []
    const settings = new ObjectValue(null, each.made.config?.span ?? null)
    for (const [name, property] of each.made.config?.properties ?? []) settings.properties.set(name, property)
    const returns = index < cells.length - 1 ? { value: true, span: null } : config.properties.get('returnSequences')
    if (returns !== undefined) settings.properties.set('returnSequences', returns)
    return [{ ...each.made, className: type, config: settings }]
  })
  return made.length === cells.length && made.length > 0 ? made : null
}
