/** Seeded random numbers: the same seed gives the same network, forward and backward. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number
  /** N(0, 1). */
  normal(): number
}

/** sfc32 (Chris Doty-Humphrey's PractRand generators), normals by Marsaglia's polar method. */
export function createRandom(seed: number, stream = 0, substream = 0): Random {
  let a = 0x9e3779b9 ^ seed
  let b = 0x243f6a88 ^ stream
  let c = 0xb7e15162 ^ substream
  let counter = 1
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  for (let index = 0; index < 12; index++) bits()
  let spare: number | null = null
  const uniform = (): number => bits() / 2 ** 32
  return {
    uniform,
    normal() {
      if (spare !== null) {
        const value = spare
        spare = null
        return value
      }
      for (;;) {
        const x = 2 * uniform() - 1
        const y = 2 * uniform() - 1
        const square = x * x + y * y
        if (square >= 1 || square === 0) continue
        const factor = Math.sqrt((-2 * Math.log(square)) / square)
        spare = y * factor
        return x * factor
      }
    },
  }
}
