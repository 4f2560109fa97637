import type { Analysis, Definition, ForwardMoments, GradientMoments, Unpredicted } from '../analysis'

/** What is predicted behind one layer constructor, over all calls it gave rise to. */
export interface LayerMoments {
  /** E[x²] of the outputs and of the gradients at them; null when unknown. */
  readonly signal: number | null
  readonly gradient: number | null
}

/** Of all calls of a definition the signal and the gradient that lie farthest from one, each by itself; null when no model reaches it. */
export function layerMoments({ models }: Analysis, { instances }: Definition): LayerMoments | null {
  const signals: number[] = []
  const gradients: number[] = []
  let calls = 0
  for (const { model: index, calls: ids } of instances) {
    const model = models[index]
    if (model === undefined) continue
    for (const id of ids) {
      const output = model.graph.calls[id]?.outputs[0]
      if (output === undefined) continue
      calls++
      add(signals, model.current.forward[output])
      add(gradients, model.current.backward[output])
    }
  }
  return calls === 0 ? null : { signal: farthestFromOne(signals), gradient: farthestFromOne(gradients) }
}

function add(values: number[], moments: ForwardMoments | GradientMoments | Unpredicted | undefined): void {
  if (moments?.known) values.push(moments.secondMoment)
}

/** Zero is the farthest of all. */
function farthestFromOne(values: readonly number[]): number | null {
  const distance = (value: number): number => (value > 0 ? Math.abs(Math.log(value)) : Number.POSITIVE_INFINITY)
  return values.reduce<number | null>((worst, value) => (worst === null || distance(value) > distance(worst) ? value : worst), null)
}

export type Health = 'healthy' | 'small' | 'large' | 'unknown'

export function health(value: number | null, [low, high]: readonly [number, number]): Health {
  if (value === null) return 'unknown'
  return value < low ? 'small' : value > high ? 'large' : 'healthy'
}
