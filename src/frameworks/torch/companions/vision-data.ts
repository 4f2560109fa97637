/** torchvision's data side, as a program imports it: nothing of it is part of a network, and reading it is long. */
import type { Interpreter } from '../../../python/host'
import { nativeModule } from '../../../python/native'
import type { ModuleValue } from '../../../python/values'

const names = [
  'torchvision.datasets',
  'torchvision.datasets.folder',
  'torchvision.datasets.utils',
  'torchvision.transforms',
  'torchvision.transforms._presets',
  'torchvision.transforms.functional',
  'torchvision.transforms.v2',
  'torchvision.transforms.v2.functional',
  'torchvision.utils',
  'torchvision.io',
]

const unread =
  (name: string) =>
  (interpreter: Interpreter): ModuleValue =>
    nativeModule(name, [], (attribute) =>
      names.includes(`${name}.${attribute}`) ? undefined : interpreter.unknown(`\`${name}.${attribute}\` is not read: it is about data`),
    )

export const visionDataModules = names.map((name) => [name, unread(name)] as const)
