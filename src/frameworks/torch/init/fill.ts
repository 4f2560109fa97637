/** Drawing a tensor anew, in place. */
import type { Distribution, Initializer, ScalingCall } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import type { Site } from '../site'
import type { Elements, TensorValue } from '../tensor'
import { drawnTensor } from '../tensor/make'
import { assign, writeData } from '../tensor/write'

/** How many draws the program has made; tells whether a stretch of it drew anything. */
export function drawsOf(interpreter: Interpreter): { count: number } {
  return interpreter.state('torch.draws', () => ({ count: 0 }))
}

/** Everything that the tensor shows is drawn from `distribution` from here on. */
export function fill(
  at: Site,
  tensor: TensorValue,
  distribution: Distribution,
  label: string,
  elements: Elements | null = null,
  scaling?: ScalingCall,
): TensorValue {
  const { source, shape, dtype } = tensor.payload
  drawsOf(at.interpreter).count++
  const known = elements ?? (distribution.kind === 'constant' ? constant(distribution.value) : null)
  if (source.kind === 'data') {
    const initializer: Initializer = {
      distribution,
      label,
      origin: 'written',
      span: at.span,
      callers: at.interpreter.frames.flatMap(({ callSpan }) => callSpan ?? []),
      ...(scaling === undefined ? {} : { scaling }),
    }
    writeData(source, shape, { initializer, elements: known, derived: false })
  } else {
    assign(tensor, drawnTensor(at, shape, distribution, label, dtype), false)
  }
  return tensor
}

const constant =
  (value: number): Elements =>
  () =>
    value
