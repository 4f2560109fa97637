import assert from 'node:assert/strict'
import { limitsWithin } from '../../../src/webview/model/limits'
import fc from 'fast-check'
import { currentSentence, recommendedFamilies, recommendedSentence, summarize } from '../../../src/report/summary'
import { decimate, type Point } from '../../../src/webview/model/decimate'
import { drawActivated, drawDistribution, drawNormal, type Drawn } from '../../../src/webview/model/density'
import { memo } from '../../../src/webview/model/memo'
import { filterRows, sortRows } from '../../../src/webview/model/order'
import { rowsOf } from '../../../src/webview/model/rows'
import { decades, logAxis, logExtent } from '../../../src/webview/model/scale'
import { chartSlots, modulesOf, rowOf, stretches, tableSlots } from '../../../src/webview/model/slots'
import { healthOf, spokenLayer } from '../../../src/webview/model/verdict'
import { scrollTo, windowOf } from '../../../src/webview/model/window'
import { alexnet, chain, dense, partlyKnown } from '../../browser/panel-fixtures'

const zone = [0.1, 10] as const

describe('the log axis', () => {
  it('shows the extent and the healthy zone in whole decades', () => {
    const axis = logAxis([-6.2, 0.3], zone, 200)
    assert.deepEqual(axis.domain, [-7, 2])
    assert.equal(axis.y(1e-7), 200)
    assert.equal(axis.y(0), 200)
    assert.equal(axis.y(Number.POSITIVE_INFINITY), 0)
    assert.ok(axis.y(1) < axis.y(0.1))
    assert.ok(axis.ticks.includes(0))
    assert.equal(axis.zeroLine, null)
  })

  it('gives exact zeros a line of their own, below every decade', () => {
    const axis = logAxis([-6.2, 0.3], zone, 200, true)
    assert.equal(axis.zeroLine, 200)
    assert.equal(axis.y(0), 200)
    assert.ok(axis.y(1e-300) < 200)
  })

  it('keeps to decades at a round step', () => {
    assert.deepEqual(decades(-7, 2, 5), [-6, -4, -2, 0, 2])
    fc.assert(
      fc.property(fc.integer({ min: -80, max: 0 }), fc.integer({ min: 1, max: 80 }), fc.integer({ min: 2, max: 12 }), (low, high, most) => {
        const ticks = decades(low, high, most)
        assert.ok(ticks.length <= most + 1 && ticks.length >= 1)
        assert.ok(ticks.includes(0))
        assert.ok(ticks.every((tick) => tick >= low && tick <= high))
      }),
    )
  })

  it('takes no notice of zeros, unknowns and overflow in the extent', () => {
    assert.deepEqual(logExtent([[0, Number.NaN, 0.01, Number.POSITIVE_INFINITY], [100]]), [-2, 2])
    assert.equal(logExtent([[0, Number.NaN]]), null)
  })
})

describe("number formats' ends", () => {
  it('are the squares of their largest and smallest numbers, where the axis reaches them', () => {
    assert.deepEqual(
      limitsWithin([-20, 12]).map(({ format, end, secondMoment }) => [format, end, Math.round(Math.log10(secondMoment))]),
      [
        ['float16', 'max', 10],
        ['float16', 'min', -14],
      ],
    )
    assert.deepEqual(
      limitsWithin([-92, 92]).map(({ format }) => format),
      ['float16', 'float16', 'bfloat16, float32', 'bfloat16', 'float32'],
    )
  })
})

describe('thinning a line', () => {
  const line = fc
    .array(
      fc.record({
        x: fc.double({ min: 0, max: 50, noNaN: true }),
        y: fc.oneof(
          { weight: 9, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
          { weight: 1, arbitrary: fc.constant(Number.NaN) },
        ),
      }),
      { maxLength: 600 },
    )
    .map((points) => points.sort((a, b) => a.x - b.x))

  it('keeps ends and extremes, and at most five points a pixel', () => {
    fc.assert(
      fc.property(line, (points) => {
        const kept = decimate(points)
        const finite = (list: readonly Point[]): readonly number[] => list.map(({ y }) => y).filter((y) => !Number.isNaN(y))
        assert.equal(Math.max(...finite(kept)), Math.max(...finite(points)))
        assert.equal(Math.min(...finite(kept)), Math.min(...finite(points)))
        assert.deepEqual([kept[0], kept.at(-1)], [points[0], points.at(-1)])
        assert.ok(kept.length <= 51 * 5)
        assert.deepEqual(
          kept,
          [...kept].sort((a, b) => a.x - b.x),
        )
      }),
    )
  })
})

describe('the slots of axis and table', () => {
  const rows = rowsOf(alexnet())

  it('has a heading for each module and hides what is collapsed', () => {
    const open = tableSlots(rows, new Set())
    assert.deepEqual(
      open.filter((slot) => slot.kind === 'group').map((slot) => slot.kind === 'group' && slot.path),
      ['features', 'classifier'],
    )
    assert.equal(open.length, rows.length + 2)
    const closed = tableSlots(rows, new Set(['features']))
    assert.equal(closed.length, rows.length + 2 - 13)
    assert.deepEqual(modulesOf(rows), ['features', 'classifier'])
  })

  it('gives a collapsed module one place, with the numbers of its last layer', () => {
    const slots = chartSlots(rows, new Set(['features']))
    assert.equal(slots.length, rows.length - 12)
    const [first] = slots
    assert.ok(first !== undefined && first.kind === 'group')
    assert.equal(rowOf(first).call.name, 'features.12')
    assert.deepEqual(
      stretches(slots).map(({ path, from, to, collapsed }) => [path, from, to, collapsed]),
      [
        ['features', 0, 1, true],
        ['classifier', 2, 9, false],
      ],
    )
  })

  it('holds every layer once whatever is collapsed', () => {
    const deep = rowsOf(dense(60, 8))
    const modules = modulesOf(deep)
    fc.assert(
      fc.property(fc.subarray([...modules]), (collapsed) => {
        const seen = tableSlots(deep, new Set(collapsed)).flatMap((slot) =>
          slot.kind === 'row' ? [slot.row.index] : slot.open ? [] : slot.rows.map((row) => row.index),
        )
        assert.deepEqual(
          seen,
          deep.map((row) => row.index),
        )
      }),
    )
  })
})

describe('sorting and filtering', () => {
  const rows = rowsOf(alexnet())

  it('sorts names by their numbers and puts what has no value last either way', () => {
    const byName = sortRows(rows, (row) => row.call.name, false).map((row) => row.call.name)
    assert.ok(byName.indexOf('features.3') < byName.indexOf('features.10'))
    for (const descending of [false, true]) {
      const fans = sortRows(rows, (row) => row.parameter?.fans?.fanIn ?? null, descending).map((row) => row.parameter?.fans?.fanIn ?? null)
      assert.equal(fans.indexOf(null), 8)
      const known = fans.slice(0, 8) as number[]
      assert.deepEqual(
        known,
        [...known].sort((a, b) => (descending ? b - a : a - b)),
      )
    }
  })

  it('wants every word, in name, type, activation, initializer or finding', () => {
    assert.deepEqual(
      filterRows(rows, 'classifier linear').map((row) => row.call.name),
      ['classifier.1', 'classifier.4', 'classifier.6'],
    )
    assert.equal(filterRows(rows, ' ').length, rows.length)
    assert.equal(filterRows(rows, 'HE NORMAL').length, 7)
    assert.equal(filterRows(rows, 'default-before-relu').length, 3)
  })
})

describe('the window on a long table', () => {
  it('covers what is in sight and scrolls no more than it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 260_000 }), fc.integer({ min: 1, max: 10_000 }), (scrollTop, total) => {
        const { from, to } = windowOf(scrollTop, 468, 26, total)
        assert.ok(from >= 0 && to <= total && to - from <= 36)
        const index = Math.min(total - 1, Math.floor(scrollTop / 26))
        if (scrollTop <= total * 26) assert.ok(from <= index && to > index)
      }),
    )
    assert.equal(scrollTo(5, 0, 468, 26), 0)
    assert.equal(scrollTo(18, 0, 468, 26), 26)
    assert.equal(scrollTo(2, 200, 468, 26), 52)
  })
})

describe('words', () => {
  it('speaks a layer as ux asks', () => {
    assert.equal(spokenLayer('features.3', 0.26, 1e-6, zone), 'features.3, signal 0.26, gradient 1e-6, too small')
    assert.equal(spokenLayer('a', 1, 2, zone), 'a, signal 1, gradient 2, healthy')
    assert.equal(spokenLayer('a', Number.NaN, 0, zone), 'a, signal unknown, gradient 0, exactly zero')
    assert.equal(healthOf(Number.POSITIVE_INFINITY, zone), 'overflow')
  })

  it('says in one sentence what happens to AlexNet', () => {
    const model = alexnet()
    const sentence = currentSentence(summarize(model, model.current), zone)
    assert.match(
      sentence,
      /^The signal shrinks 1,[0-9]00-fold by the last layer and the gradient [0-9],[0-9]00,000-fold on its way back\.$/,
    )
    assert.equal(recommendedFamilies(model), 'He on 7 layers and Xavier on 1')
    assert.match(recommendedSentence(model, summarize(model, model.recommended), zone), /^With He on 7 layers and Xavier on 1, /)
  })

  it('tells a zero weight from a signal that fades away', () => {
    const zero = chain({
      name: 'Zero',
      input: [8, 16],
      layers: [
        { kind: 'linear', name: 'first', out: 16 },
        { kind: 'linear', name: 'head', out: 4 },
      ],
      weights: (_, fanOut) => ({
        distribution: fanOut === 4 ? { kind: 'constant', value: 0 } : { kind: 'normal', mean: 0, std: 0.3 },
        label: 'of the test',
        origin: 'written',
        span: null,
      }),
    })
    // The fixture's biases are not zero: the signal lives on them, the gradient does not.
    assert.match(currentSentence(summarize(zero, zero.current), zone), /the gradient is exactly zero from first on\.$/)
    const fading = dense(400, 16, { name: 'relu' }, true)
    assert.match(
      currentSentence(summarize(fading, fading.current), zone),
      /the gradient dies: from blocks\.\d+\.\d+ on it is smaller than any number/,
    )
  })

  it('says how far the prediction reaches when it ends early', () => {
    const model = partlyKnown()
    assert.match(currentSentence(summarize(model, model.current), zone), /Predicted for 1 of 2 layers: .*Mystery is not modelled.*\.$/)
  })
})

describe('distributions', () => {
  const mass = ({ curve, atoms }: Drawn): number =>
    atoms.reduce((sum, atom) => sum + atom.share, 0) +
    curve.slice(1).reduce((sum, point, index) => {
      const before = curve[index] as Drawn['curve'][number]
      return sum + ((point.x - before.x) * (point.density + before.density)) / 2
    }, 0)

  it('have a mass of one', () => {
    const drawn = [
      drawNormal(1, 4),
      drawDistribution({ kind: 'uniform', low: -0.1, high: 0.1 }, []),
      drawDistribution({ kind: 'constant', value: 3 }, []),
      drawDistribution({ kind: 'truncatedNormal', mean: 0, std: 0.02, low: -0.04, high: 0.04 }, []),
      drawDistribution({ kind: 'affine', base: { kind: 'normal', mean: 0, std: 1 }, factor: -0.5, shift: 1 }, []),
      drawActivated({ name: 'relu' }, 0, 1)?.drawn ?? null,
      drawActivated({ name: 'tanh' }, 0, 4)?.drawn ?? null,
      drawActivated({ name: 'gelu' }, 0.2, 1)?.drawn ?? null,
    ]
    for (const one of drawn) {
      assert.ok(one !== null)
      assert.ok(Math.abs(mass(one) - 1) < 0.005, `${mass(one)}`)
    }
  })

  it('tell dead and saturated units', () => {
    const rectified = drawActivated({ name: 'relu' }, -1, 1)
    // P(N(−1, 1) < 0) = Φ(1) = 0.841.
    assert.ok(rectified !== null && Math.abs(rectified.dead - 0.8413) < 0.001)
    const squashed = drawActivated({ name: 'tanh' }, 0, 25)
    // P(|z| > artanh 0.97 = 2.092) with standard deviation 5: 2(1 − Φ(0.4185)) = 0.6756.
    assert.ok(squashed !== null && squashed.saturated !== null && Math.abs(squashed.saturated - 0.6756) < 0.002)
    assert.equal(drawActivated({ name: 'relu' }, 0, Number.POSITIVE_INFINITY), null)
  })
})

describe('memo', () => {
  it('computes again only for other arguments', () => {
    let times = 0
    const double = memo((n: number) => {
      times++
      return 2 * n
    })
    assert.deepEqual([double(2), double(2), double(3), times], [4, 4, 6, 2])
  })
})
