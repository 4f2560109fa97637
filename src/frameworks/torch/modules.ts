/** The Python modules that a PyTorch program finds: the library's and torch's. */
import type { Interpreter } from '../../python/host'
import type { ModuleValue } from '../../python/values'
import { tensorModules } from './namespace'
import { nnModules } from './nn/namespace'

export const torchModules: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue> = new Map([...tensorModules, ...nnModules])
