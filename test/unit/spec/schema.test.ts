import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { layerKinds } from '../../../src/frameworks/spec/layers'
import { layerSpecSchema } from '../../../src/frameworks/spec/schema'

const file = 'media/layer-spec.schema.json'

describe('the schema of layer specs', () => {
  it('is the one that is shipped (UPDATE_GOLDEN=1 writes it)', () => {
    const text = `${JSON.stringify(layerSpecSchema(), null, 1)}\n`
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, text)
    assert.equal(readFileSync(file, 'utf8'), text)
  })

  it('describes every setting of every layer', () => {
    const text = JSON.stringify(layerSpecSchema())
    const undescribed = layerKinds.flatMap(({ type, settings }) =>
      settings.filter((name) => text.includes(`"${name}":{}`)).map((name) => `${type}.${name}`),
    )
    assert.deepEqual(undescribed, [])
  })
})
