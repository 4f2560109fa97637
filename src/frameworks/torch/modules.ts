/** The Python modules that a PyTorch program finds: the library's and torch's. */
import type { Interpreter } from '../../python/host'
import { libraryModules } from '../../python/library'
import type { ModuleValue } from '../../python/values'
import { tensorModules } from './namespace'
import { nnModules } from './nn/namespace'

type Factory = (interpreter: Interpreter) => ModuleValue

export const torchModules: ReadonlyMap<string, Factory> = new Map<string, Factory>([...libraryModules, ...tensorModules, ...nnModules])
