import { type Done, type Field, sizeOf } from './kernel'

/** Each channel (axis 1) normalized over batch and positions by its own statistics, then scaled and shifted. */
export function batchNorm(x: Field, eps: number, scale: Float32Array | null, shift: Float32Array | null): Done {
  const [samples = 1, channels = 1] = x.shape
  const positions = sizeOf(x.shape.slice(2))
  const count = samples * positions
  const normalized = new Float32Array(x.data.length)
  const inverse = new Float32Array(channels)
  const y = new Float32Array(x.data.length)
  const eachOf = (channel: number, each: (index: number) => void): void => {
    for (let sample = 0; sample < samples; sample++) {
      const from = (sample * channels + channel) * positions
      for (let index = from; index < from + positions; index++) each(index)
    }
  }
  for (let channel = 0; channel < channels; channel++) {
    let mean = 0
    let square = 0
    eachOf(channel, (index) => {
      mean += (x.data[index] as number) / count
    })
    eachOf(channel, (index) => {
      square += ((x.data[index] as number) - mean) ** 2 / count
    })
    const factor = 1 / Math.sqrt(square + eps)
    inverse[channel] = factor
    eachOf(channel, (index) => {
      const hat = ((x.data[index] as number) - mean) * factor
      normalized[index] = hat
      y[index] = hat * (scale?.[channel] ?? 1) + (shift?.[channel] ?? 0)
    })
  }
  return {
    output: { shape: x.shape, data: y },
    backward(gradient) {
      const back = new Float32Array(x.data.length)
      for (let channel = 0; channel < channels; channel++) {
        let mean = 0
        let projection = 0
        eachOf(channel, (index) => {
          mean += (gradient[index] as number) / count
          projection += ((gradient[index] as number) * (normalized[index] as number)) / count
        })
        const factor = (scale?.[channel] ?? 1) * (inverse[channel] as number)
        eachOf(channel, (index) => {
          back[index] = factor * ((gradient[index] as number) - mean - (normalized[index] as number) * projection)
        })
      }
      return [back]
    },
  }
}
