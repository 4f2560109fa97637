/**
 * Predictions of graphs that were predicted before. An edit of a comment, or of one model of many, leaves most graphs of a file as they
 * were but for their spans; the next analysis takes their numbers from here.
 */
import type { ForwardMoments, GradientMoments, Prediction, Unpredicted } from '../analysis'
import type { Distribution, Graph, Span } from '../graph'
import { calibrate, type PredictOptions, predict } from './predict'

/** Tensors of all graphs that are kept; the least recently used go first. A file of fifteen networks needs a hundred thousand. */
const mostTensors = 200_000

/** What was used last, up to a number of tensors. */
class Recent<T> {
  private readonly entries = new Map<string, { readonly value: T; readonly tensors: number }>()
  private tensors = 0

  get(key: string): T | undefined {
    const known = this.entries.get(key)
    if (known === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, known)
    return known.value
  }

  keep(key: string, value: T, tensors: number): void {
    this.entries.set(key, { value, tensors })
    this.tensors += tensors
    for (const [oldest, { tensors: freed }] of this.entries) {
      if (this.tensors <= mostTensors) return
      this.entries.delete(oldest)
      this.tensors -= freed
    }
  }
}

interface Remembered {
  readonly graph: Graph
  readonly prediction: Prediction
}

const predictions = new Recent<Remembered>()
const calibrations = new Recent<ReadonlyMap<number, number>>()

/** `predict`, with the numbers of an equal graph where there are. */
export function predictRemembered(graph: Graph, options: PredictOptions = {}): Prediction {
  const key = `${fingerprint(graph)}\n${optionsKey(options)}`
  const known = predictions.get(key)
  if (known !== undefined) return known.graph === graph ? known.prediction : withSpansOf(known, graph)
  const prediction = predict(graph, options)
  predictions.keep(key, { graph, prediction }, graph.tensors.length)
  return prediction
}

/** `calibrate`; `purpose` names what `wanted` decides by, beside the graph and the options. */
export function calibrateRemembered(
  graph: Graph,
  options: PredictOptions,
  purpose: string,
  wanted: (parameter: number, secondMoment: number) => number | null,
): ReadonlyMap<number, number> {
  const key = `${fingerprint(graph)}\n${optionsKey(options)}\n${purpose}`
  const known = calibrations.get(key)
  if (known !== undefined) return known
  const factors = calibrate(graph, options, wanted)
  calibrations.keep(key, factors, graph.tensors.length)
  return factors
}

const fingerprints = new WeakMap<Graph, string>()

/** All of a graph that its numbers depend on: ops, shapes and what parameters are drawn from; no spans and no names. */
function fingerprint(graph: Graph): string {
  const known = fingerprints.get(graph)
  if (known !== undefined) return known
  const made = JSON.stringify([
    graph.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]),
    graph.tensors.map(({ shape, dtype }) => [shape, dtype]),
    graph.parameters.map(({ shape, initializer, parametrization, powerIterations, copyGroup }) => [
      shape,
      initializer.distribution,
      parametrization,
      powerIterations,
      copyGroup,
    ]),
    graph.outputs,
  ])
  fingerprints.set(graph, made)
  return made
}

function optionsKey({ initializers, activations, inputs }: PredictOptions): string {
  const drawn = [...(initializers ?? [])].map(([id, { distribution }]): [number, Distribution] => [id, distribution])
  return JSON.stringify([drawn, [...(activations ?? [])], [...(inputs ?? [])]])
}

/** The same numbers; reasons point to where the new graph's text has the node. */
function withSpansOf({ graph: old, prediction }: Remembered, graph: Graph): Prediction {
  const moved = new Map<Span, Span | null>()
  old.nodes.forEach(({ span }, i) => {
    if (span !== null) moved.set(span, graph.nodes[i]?.span ?? null)
  })
  const settle = <T extends ForwardMoments | GradientMoments>(moments: T | Unpredicted): T | Unpredicted =>
    moments.known || moments.span === null ? moments : { ...moments, span: moved.get(moments.span) ?? null }
  return { forward: prediction.forward.map(settle), backward: prediction.backward.map(settle) }
}
