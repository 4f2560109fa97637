/** Where numbers stop being representable. IEEE 754-2019; bfloat16 has float32's exponent. */
export interface FloatFormat {
  readonly name: 'float16' | 'bfloat16' | 'float32'
  /** Largest finite value. */
  readonly largest: number
  /** Smallest positive subnormal. */
  readonly smallest: number
}

export const floatFormats: readonly FloatFormat[] = [
  { name: 'float16', largest: 65504, smallest: 2 ** -24 },
  { name: 'bfloat16', largest: 3.3895313892515355e38, smallest: 2 ** -133 },
  { name: 'float32', largest: 3.4028234663852886e38, smallest: 2 ** -149 },
]

/** Formats in which a value of this root mean square underflows to zero or overflows, most tolerant last. */
export function leaves(secondMoment: number): readonly FloatFormat['name'][] {
  const rms = Math.sqrt(secondMoment)
  return floatFormats.filter(({ largest, smallest }) => rms > largest || rms < smallest).map(({ name }) => name)
}
