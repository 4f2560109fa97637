/** Libraries beside torch that a model's file leans on. */
import type { Interpreter } from '../../../python/host'
import type { ModuleValue } from '../../../python/values'
import { lightningModules } from './lightning'
import { summaryModules } from './summaries'
import { timmModules } from './timm'
import { transformersModules } from './transformers'
import { visionDataModules } from './vision-data'

type Entry = readonly [string, (interpreter: Interpreter) => ModuleValue]

/** Those that are read from their source where it is found stand in for it only where it is not. */
export function companionModules(isInstalled: (name: string) => boolean): readonly Entry[] {
  return [
    ...lightningModules,
    ...summaryModules,
    ...visionDataModules,
    ...(isInstalled('timm') ? [] : timmModules),
    ...(isInstalled('transformers') ? [] : transformersModules),
  ]
}
