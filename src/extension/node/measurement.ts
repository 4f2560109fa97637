import type { MeasuredCall, MeasuredMoment, Measurement } from '../../protocol'
import type { MeasureRequest } from '../measurer'

type Json = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What media/measure.py printed, checked; null when it is something else. A moment that is not finite in every seed is null. */
export function measurementOf(output: string, request: Pick<MeasureRequest, 'model' | 'version'>): Measurement | null {
  let result: unknown
  try {
    result = JSON.parse(output)
  } catch {
    return null
  }
  if (!isRecord(result) || typeof result['seeds'] !== 'number' || !Array.isArray(result['calls']) || !isRecord(result['versions']))
    return null
  const calls = result['calls'].map(callOf)
  if (calls.includes(null)) return null
  return {
    model: request.model,
    version: request.version,
    seeds: result['seeds'],
    environment: environmentText(result['versions']),
    calls: calls.filter((call) => call !== null),
  }
}

function callOf(value: unknown): MeasuredCall | null {
  if (!isRecord(value) || typeof value['name'] !== 'string' || typeof value['call'] !== 'number') return null
  return { name: value['name'], call: value['call'], forward: momentOf(value['forward']), backward: momentOf(value['backward']) }
}

function momentOf(value: unknown): MeasuredMoment | null {
  if (!isRecord(value) || typeof value['secondMoment'] !== 'number') return null
  // One seed has no standard error: no bar is drawn.
  return { secondMoment: value['secondMoment'], standardError: typeof value['error'] === 'number' ? value['error'] : 0 }
}

const frameworks: readonly (readonly [string, string])[] = [
  ['torch', 'PyTorch'],
  ['keras', 'Keras'],
  ['flax', 'Flax'],
  ['jax', 'JAX'],
  ['python', 'Python'],
]

function environmentText(versions: Json): string {
  return frameworks.flatMap(([key, name]) => (typeof versions[key] === 'string' ? [`${name} ${versions[key]}`] : [])).join(', ')
}
