import type { GatedOp } from '../../../graph'
import { product } from './broadcast'
import { activation } from './elementwise'
import type { Done, Field } from './kernel'
import { moved } from './picks'

/** Halves a | b along an axis, a·φ(b). */
export function gated(x: Field, { fn, axis }: GatedOp, shape: readonly number[]): Done {
  const size = shape[axis] ?? 1
  const part = (start: number): Done => moved(x, { kind: 'slice', axis, start, stop: start + size, step: 1 }, shape)
  const [value, gate] = [part(0), part(size)]
  const opened = activation(gate.output, fn)
  const out = product(value.output, opened.output, shape, false)
  return {
    output: out.output,
    backward(gradient) {
      const [toValue, toOpened] = out.backward(gradient)
      const [toGate] = toOpened == null ? [null] : opened.backward(toOpened)
      const fromValue = toValue == null ? null : (value.backward(toValue)[0] ?? null)
      const fromGate = toGate == null ? null : (gate.backward(toGate)[0] ?? null)
      return [
        fromValue === null || fromGate === null ? (fromValue ?? fromGate) : fromValue.map((g, index) => g + (fromGate[index] as number)),
      ]
    },
  }
}
