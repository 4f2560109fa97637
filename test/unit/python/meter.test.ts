import assert from 'node:assert/strict'
import { Meter } from '../../../src/python/interpreter/meter'

describe('the meter', () => {
  const always = () => true

  function metered(milliseconds: number) {
    let time = 0
    const pass = (by: number): void => {
      time += by
    }
    return { meter: new Meter({ milliseconds }, () => time), pass }
  }

  it('gives back what took its time and came to its end', () => {
    const { meter, pass } = metered(100)
    for (let model = 0; model < 5; model++) meter.earning(() => pass(90), always)
    assert.equal(meter.spent, 0)
    assert.equal(meter.isLate(), false)
    meter.earning(
      () => pass(90),
      () => false,
    )
    assert.equal(meter.spent, 0.9)
    pass(11)
    assert.equal(meter.isLate(), true)
  })

  it('gives time back once where parts of a whole earn theirs', () => {
    const { meter, pass } = metered(100)
    meter.earning(() => {
      pass(20)
      meter.earning(() => pass(30), always)
    }, always)
    assert.equal(meter.spent, 0)
    pass(100)
    assert.equal(meter.spent, 1)
  })

  it('gives time back within a share, and to those around it', () => {
    const { meter, pass } = metered(100)
    meter.share(() => {
      for (let part = 0; part < 4; part++) {
        meter.earning(() => pass(40), always)
        meter.step(1000)
      }
    })
    meter.step(1000)
    assert.equal(meter.spent, 0)
  })

  it('gives no more than there is to give', () => {
    const { meter, pass } = metered(100)
    meter.earning(() => pass(60_000), always)
    assert.ok(meter.isLate())
  })
})
