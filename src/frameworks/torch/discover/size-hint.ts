/** The image size that a model is built for, when its constructor names one. */
import { asInteger, asIntegers } from '../../../python/guards'
import { lookUp } from '../../../python/mro'
import type { FunctionValue, InstanceValue, Value } from '../../../python/values'
import { isModule } from '../module/registry'

const names =
  /^(img_?size|image_?size|img_?dim|image_?dim|img_?height|image_?height|input_?resolution|input_?img_?size|crop_?size|resolution)$/i
const shapes = /^(img|image|input|data)_?shape$/i
const inText = /\b(?:img_?size|image_?size|img_?dim|image_?dim|input_?resolution|resolution)\s*=\s*\(?\s*(\d+)/i

const bounded = (side: number | undefined): number | null => (side !== undefined && side > 0 && side <= 4096 ? side : null)

/** A size by its name: one number, (height, width), or a shape with channels, whose middle one is a side in either order. */
function sideOf(name: string, value: Value): number | null {
  if (names.test(name)) return bounded(asInteger(value) ?? asIntegers(value)?.[0])
  const sides = shapes.test(name) ? asIntegers(value) : undefined
  return sides?.length === 3 ? bounded(sides[1]) : null
}

function firstIn(entries: Iterable<readonly [string, Value]>): number | null {
  for (const [name, value] of entries) {
    const side = sideOf(name, value)
    if (side !== null) return side
  }
  return null
}

function isSettings(value: Value): value is InstanceValue {
  return value.kind === 'instance' && !isModule(value)
}

/** What the program around the class says: names of its file, and settings in the objects that they stand for (`opt.img_size`). */
function besideClass({ closure }: FunctionValue): number | null {
  const { attributes } = closure.module.module
  const named = firstIn(attributes)
  if (named !== null) return named
  for (const value of attributes.values()) {
    const side = isSettings(value) ? firstIn(value.attributes) : null
    if (side !== null) return side
  }
  return null
}

/** From the call as written (`ViT(image_size=256)`), from attributes of the model, its constructor's defaults, else the program around it. */
export function imageSizeHint(model: InstanceValue, written: string): number | null {
  const said = inText.exec(written)?.[1]
  if (said !== undefined) return Number(said)
  const own = firstIn(model.attributes)
  if (own !== null) return own
  const initialize = lookUp(model.cls, '__init__')
  return initialize?.kind === 'function' ? (firstIn(initialize.defaults) ?? besideClass(initialize)) : null
}

const frameNames = /^(num_|n_|max_)?frames$/i

/** Frames of a video that the model is built for: by an attribute, an argument that it was given, or its constructor's default. null where nothing says. */
export function frameHint(model: InstanceValue, given: ReadonlyMap<string, Value>): number | null {
  const initialize = lookUp(model.cls, '__init__')
  const defaults = initialize?.kind === 'function' ? initialize.defaults : new Map<string, Value>()
  for (const [name, value] of [...model.attributes, ...given, ...defaults]) {
    const frames = frameNames.test(name) ? asInteger(value) : undefined
    if (frames !== undefined && frames > 0) return frames
  }
  return null
}
