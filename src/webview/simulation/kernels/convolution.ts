import type { ConvOp, ConvTransposeOp } from '../../../graph'
import { type Done, type Field, sizeOf } from './kernel'

interface Plane {
  readonly height: number
  readonly width: number
}

/** The last `rank` sizes as a plane; one row for 1-D. */
function planeOf(shape: readonly number[], rank: number): Plane {
  const [height = 1, width = 1] = rank === 1 ? [1, shape.at(-1) ?? 1] : shape.slice(-2)
  return { height, width }
}

const pair = (values: readonly number[], otherwise: number): readonly [number, number] =>
  values.length === 1 ? [otherwise, values[0] ?? otherwise] : [values[0] ?? otherwise, values[1] ?? otherwise]

/** Zero-padded convolution over one or two axes, channels before them. weight [out, in/groups, …kernel], row-major. */
export function convolution(x: Field, op: ConvOp, outShape: readonly number[], weight: Float32Array, bias: Float32Array | null): Done {
  const rank = op.kernel.length
  const image = planeOf(x.shape, rank)
  const result = planeOf(outShape, rank)
  const [kernelHeight, kernelWidth] = pair(op.kernel, 1)
  const [strideY, strideX] = pair(op.stride, 1)
  const [dilationY, dilationX] = pair(op.dilation, 1)
  const [padY, padX] = pair(
    op.padding.map(([before]) => before),
    0,
  )
  const inPerGroup = op.inChannels / op.groups
  const outPerGroup = op.outChannels / op.groups
  const inPlane = image.height * image.width
  const outPlane = result.height * result.width
  const samples = sizeOf(x.shape) / (op.inChannels * inPlane)

  /**
   * Goes through every tap of every pair of planes, over the stretch of each row that lies inside the image:
   * forward adds w·input to the output, backward adds w·output to the input.
   */
  const sweep = (direction: 'forward' | 'backward', input: Float32Array, output: Float32Array): void => {
    for (let sample = 0; sample < samples; sample++) {
      for (let out = 0; out < op.outChannels; out++) {
        const firstIn = Math.floor(out / outPerGroup) * inPerGroup
        const outBase = (sample * op.outChannels + out) * outPlane
        for (let inner = 0; inner < inPerGroup; inner++) {
          const inBase = (sample * op.inChannels + firstIn + inner) * inPlane
          for (let ky = 0; ky < kernelHeight; ky++) {
            for (let kx = 0; kx < kernelWidth; kx++) {
              const w = weight[((out * inPerGroup + inner) * kernelHeight + ky) * kernelWidth + kx] as number
              const shift = kx * dilationX - padX
              const first = Math.max(0, Math.ceil(-shift / strideX))
              const last = Math.min(result.width - 1, Math.floor((image.width - 1 - shift) / strideX))
              for (let oy = 0; oy < result.height; oy++) {
                const iy = oy * strideY + ky * dilationY - padY
                if (iy < 0 || iy >= image.height) continue
                const to = outBase + oy * result.width
                const from = inBase + iy * image.width + shift
                if (direction === 'forward') {
                  for (let ox = first; ox <= last; ox++)
                    output[to + ox] = (output[to + ox] as number) + w * (input[from + ox * strideX] as number)
                } else {
                  for (let ox = first; ox <= last; ox++)
                    input[from + ox * strideX] = (input[from + ox * strideX] as number) + w * (output[to + ox] as number)
                }
              }
            }
          }
        }
      }
    }
  }

  const y = new Float32Array(samples * op.outChannels * outPlane)
  if (bias !== null) for (let index = 0; index < y.length; index++) y[index] = bias[Math.floor(index / outPlane) % op.outChannels] as number
  sweep('forward', x.data, y)
  return {
    output: { shape: outShape, data: y },
    backward(gradient) {
      const back = new Float32Array(x.data.length)
      sweep('backward', back, gradient)
      return [back]
    },
  }
}

/** The adjoint of a convolution, which its weight [in, out/groups, …kernel] takes from the output to the input. */
export function transposedConvolution(
  x: Field,
  op: ConvTransposeOp,
  outShape: readonly number[],
  weight: Float32Array,
  bias: Float32Array | null,
): Done {
  const adjoint: ConvOp = { ...op, kind: 'conv', inChannels: op.outChannels, outChannels: op.inChannels, paddingMode: 'zeros' }
  const along = (y: Float32Array): Done => convolution({ shape: outShape, data: y }, adjoint, x.shape, weight, null)
  const plane = sizeOf(outShape.slice(-op.kernel.length))
  const [data] = along(new Float32Array(sizeOf(outShape))).backward(x.data)
  if (data == null) throw new Error('a convolution hands its gradient on')
  const y = bias === null ? data : data.map((z, index) => z + (bias[Math.floor(index / plane) % op.outChannels] as number))
  return { output: { shape: outShape, data: y }, backward: (gradient) => [along(gradient).output.data] }
}
