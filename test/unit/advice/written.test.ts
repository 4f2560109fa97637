import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recommendedInitializers } from '../../../src/advice'
import type { ModelAnalysis, TextEdit } from '../../../src/analysis'
import { analyze, fix, initialize } from '../../../src/analyze'
import { distributionMoments, type Initializer } from '../../../src/graph'

const files = ['examples', 'test/models', 'test/models/keras'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(folder, name)),
)

function edited(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

/** Second moments of what parameters are drawn from, by name; null where they are not known. */
function draws({ graph }: ModelAnalysis, initializers: ReadonlyMap<number, Initializer>): ReadonlyMap<string, number | null> {
  return new Map(
    graph.parameters.map(({ id, name, shape, initializer }) => {
      const moments = distributionMoments((initializers.get(id) ?? initializer).distribution, shape)
      return [name, moments === null ? null : moments.secondMoment]
    }),
  )
}

/** Numbers in the code have three digits. */
function isSame(a: number | null | undefined, b: number | null): boolean {
  return a === b || (typeof a === 'number' && b !== null && Math.abs(a - b) <= 0.01 * b)
}

describe('what a fix writes draws what was promised', () => {
  before(initialize)
  for (const file of files) {
    it(file, () => {
      const text = readFileSync(file, 'utf8')
      const [before] = analyze({ file, text }, {}, {}).models
      assert.ok(before !== undefined)
      const result = fix({ file, text }, before, { kind: 'recommended', parameters: null })
      if (!result.ok) return
      const [after] = analyze({ file, text: edited(text, result.edits) }, {}, {}).models
      assert.ok(after !== undefined, 'the fixed file is not read')
      const promised = draws(before, recommendedInitializers(before.graph, before.weights, before.framework))
      const now = draws(after, new Map())
      const wrong = [...promised].filter(([name, moment]) => !isSame(now.get(name), moment))
      assert.deepEqual(
        wrong.map(([name, moment]) => `${name} is ${now.get(name)}, promised ${moment}`),
        [],
      )
      const overwritten = after.findings.filter(({ rule }) => rule === 'initializer-overwritten')
      const earlier = before.findings.filter(({ rule }) => rule === 'initializer-overwritten')
      assert.deepEqual(
        overwritten.slice(earlier.length).map(({ message }) => message),
        [],
        'it leaves draws that are overwritten',
      )
    }).timeout(60_000)
  }
})
