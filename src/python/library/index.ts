/** The standard library as far as code that builds models uses it, and a light numpy: by dotted name, made when first imported. */
import { abcModule, numbersModule } from './abc'
import { argparse } from './argparse'
import { collections, collectionsAbc } from './collections'
import { contextlib } from './contextlib'
import { copy } from './copy'
import { dataclasses } from './dataclasses'
import { enumModule } from './enum'
import { functools } from './functools'
import { builtinsModule, importlibModules } from './importlib'
import { inspect } from './inspect'
import { itertools } from './itertools'
import { json } from './json'
import { math } from './math'
import type { ModuleFactory } from './module'
import { numpyModules } from './numpy'
import { operator } from './operator'
import { bisect, heapq, statistics } from './ordered'
import { os, osPath } from './os'
import { packagingModules } from './packaging'
import { pathlib } from './pathlib'
import { re } from './re'
import { future, gc, logging, random, sys, time, tqdm, warnings } from './system'
import { string, textwrap } from './text'
import { types } from './types'
import { typing, typingExtensions } from './typing'
import { unreadModules } from './unread'

export { deepCopy, type PayloadCopier, payloadCopiers } from './copy'
export { partialTarget } from './functools'
export { type ArrayDraw, type ArrayPayload, arrayOf, isArrayPayload, makeArray } from './numpy'
export { moduleSubstitutes } from './system'
export { yieldingModules } from './unread'

export const libraryModules: ReadonlyMap<string, ModuleFactory> = new Map([
  ...unreadModules,
  ['__future__', future],
  ['abc', abcModule],
  ['argparse', argparse],
  ['bisect', bisect],
  ['builtins', builtinsModule],
  ['collections', collections],
  ['collections.abc', collectionsAbc],
  ['contextlib', contextlib],
  ['copy', copy],
  ['dataclasses', dataclasses],
  ['enum', enumModule],
  ['functools', functools],
  ['gc', gc],
  ...importlibModules((name) => libraryModules.has(name)),
  ['heapq', heapq],
  ['inspect', inspect],
  ['statistics', statistics],
  ['itertools', itertools],
  ['json', json],
  ['logging', logging],
  ['logging.handlers', logging],
  ['math', math],
  ['numbers', numbersModule],
  ...numpyModules,
  ['operator', operator],
  ['os', os],
  ['os.path', osPath],
  ...packagingModules,
  ['pathlib', pathlib],
  ['random', random],
  ['re', re],
  ['string', string],
  ['sys', sys],
  ['textwrap', textwrap],
  ['time', time],
  ['tqdm', tqdm('tqdm')],
  ['tqdm.auto', tqdm('tqdm.auto')],
  ['tqdm.notebook', tqdm('tqdm.notebook')],
  ['types', types],
  ['typing', typing],
  ['typing_extensions', typingExtensions],
  ['warnings', warnings],
])
