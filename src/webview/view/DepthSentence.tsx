import { sentences } from '../model/derived'
import { usePanelState } from './context'

/** Under the chart: how long signal and gradient last over depth, where they do not. */
export function DepthSentence() {
  const model = usePanelState((state) => state.analysis?.model ?? null)
  const zone = usePanelState((state) => state.analysis?.settings.healthyZone ?? null)
  const depth = model === null || zone === null ? '' : sentences(model, zone).depth
  return depth === '' ? null : <p class="depth">{depth}</p>
}
