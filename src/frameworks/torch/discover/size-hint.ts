/** The image size that a model is built for, when its constructor names one. */
import { asInteger, asIntegers } from '../../../python/guards'
import { lookUp } from '../../../python/mro'
import type { InstanceValue, Value } from '../../../python/values'

const names = /^(img_?size|image_?size|img_?dim|image_?dim|input_?resolution|input_?img_?size|resolution)$/i
const inText = /\b(?:img_?size|image_?size|img_?dim|image_?dim|input_?resolution|resolution)\s*=\s*\(?\s*(\d+)/i

function sideOf(value: Value): number | null {
  const side = asInteger(value) ?? asIntegers(value)?.[0]
  return side !== undefined && side > 0 && side <= 4096 ? side : null
}

/** From the call as written (`ViT(image_size=256)`), from attributes of the model, else from its constructor's defaults. */
export function imageSizeHint(model: InstanceValue, written: string): number | null {
  const said = inText.exec(written)?.[1]
  if (said !== undefined) return Number(said)
  for (const [name, value] of model.attributes) {
    const side = names.test(name) ? sideOf(value) : null
    if (side !== null) return side
  }
  const initialize = lookUp(model.cls, '__init__')
  if (initialize?.kind !== 'function') return null
  for (const [name, value] of initialize.defaults) {
    const side = names.test(name) ? sideOf(value) : null
    if (side !== null) return side
  }
  return null
}
