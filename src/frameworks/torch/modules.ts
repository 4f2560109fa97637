/** The Python modules that a PyTorch program finds: the library's and torch's. */
import type { Interpreter } from '../../python/host'
import type { ModuleValue } from '../../python/values'
import { libraryModules } from '../../python/library'
import { nnModules } from './nn/namespace'

export const torchModules: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue> = new Map([...libraryModules, ...nnModules])
