/** The standard library as far as code that builds models uses it, and a light numpy: by dotted name, made when first imported. */
import { abcModule, numbersModule } from './abc'
import { collections, collectionsAbc } from './collections'
import { copy } from './copy'
import { dataclasses } from './dataclasses'
import { enumModule } from './enum'
import { functools } from './functools'
import { itertools } from './itertools'
import { math } from './math'
import type { ModuleFactory } from './module'
import { operator } from './operator'
import { typing, typingExtensions } from './typing'

export { type PayloadCopier, payloadCopiers } from './copy'
export { partialTarget } from './functools'

export const libraryModules: ReadonlyMap<string, ModuleFactory> = new Map([
  ['abc', abcModule],
  ['collections', collections],
  ['collections.abc', collectionsAbc],
  ['copy', copy],
  ['dataclasses', dataclasses],
  ['enum', enumModule],
  ['functools', functools],
  ['itertools', itertools],
  ['math', math],
  ['numbers', numbersModule],
  ['operator', operator],
  ['typing', typing],
  ['typing_extensions', typingExtensions],
])
