import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Over seeds: mean of the second moment, its standard error (null for one seed), median and outer percentiles. */
export interface MeasuredMoment {
  readonly secondMoment: number | null
  readonly error: number | null
  readonly median: number | null
  readonly p5: number | null
  readonly p95: number | null
}

export interface MeasuredCall {
  readonly name: string
  readonly call: number
  readonly type: string
  readonly forward: MeasuredMoment | null
  /** null where no gradient arrives. */
  readonly backward: MeasuredMoment | null
}

/** Over seeds, of one parameter as it was drawn. */
export interface MeasuredWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly secondMoment: number
  readonly error: number | null
}

/** What media/measure.py wrote. */
export interface Measurement {
  readonly versions: Readonly<Record<string, string>>
  /** Path inside its folder or package: `torchvision/models/resnet.py`. */
  readonly file: string
  readonly model: string
  readonly input: string
  readonly seeds: number
  readonly calls: readonly MeasuredCall[]
  readonly weights: readonly MeasuredWeight[]
}

/** `group` is the folder below test/measured: `torchvision`, `models`, `examples`. */
export interface Measured {
  readonly group: string
  readonly name: string
  readonly path: string
  readonly measurement: Measurement
}

/** All committed measurements, in order of group and name. */
export function readMeasurements(folder: string): readonly Measured[] {
  const groups = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  return groups.flatMap((group) => {
    const files = readdirSync(join(folder, group))
      .filter((name) => name.endsWith('.json'))
      .sort()
    return files.flatMap((file) => {
      const path = join(folder, group, file)
      const measurement = JSON.parse(readFileSync(path, 'utf8')) as Measurement | { readonly calls?: undefined }
      // Other files hold what a framework draws.
      return measurement.calls === undefined ? [] : [{ group, name: file.replace(/\.json$/, ''), path, measurement }]
    })
  })
}

/** Groups of which the sources lie in this repository. */
const ownFolders: ReadonlyMap<string, string> = new Map([
  ['examples', 'examples'],
  ['models', 'test/models'],
  ['keras-models', 'test/models/keras'],
  ['tensorflowjs-models', 'test/models/tensorflowjs'],
  ['flax-models', 'test/models/flax'],
])

/** Where a measured model's source lies: in this repository, or in an installed package; null when it is not there. */
export function sourceOf({ group, measurement }: Measured, root: string, sitePackages: string | null): string | null {
  const folder = ownFolders.has(group) ? join(root, ownFolders.get(group) ?? '') : sitePackages
  if (folder === null) return null
  const path = join(folder, measurement.file)
  return existsSync(path) ? path : null
}
