/** Which models of a file to show. */
import type { Document, Remark } from '../../../analysis'
import type { PythonInterpreter } from '../../../python'
import type { ClassValue, FunctionValue, ModuleValue } from '../../../python/values'
import { needsNothing } from '../../discover/candidate'
import { finishedModules, moduleHistory } from '../module/instances'
import { isModuleClass } from '../module/registry'
import type { Survey } from '../source/survey'
import { type Built, buildClass, buildFunction } from './build'
import type { Candidate } from './candidate'
import { instancesFound } from './instances-found'
import type { Sizes } from './placeholder'

/** Models shown of one file. */
export const mostModels = 24

export interface Found {
  readonly candidates: readonly Candidate[]
  /** Why something was not built. */
  readonly failures: readonly Remark[]
}

/** Module classes that this file defines. */
function classesOf(document: Document, module: ModuleValue): readonly ClassValue[] {
  return [...module.attributes.values()].filter(
    (value): value is ClassValue => value.kind === 'class' && value.span?.file === document.file && isModuleClass(value),
  )
}

function functionsOf(module: ModuleValue, names: Iterable<string>): readonly (readonly [string, FunctionValue])[] {
  return [...names].flatMap((name) => {
    const value = module.attributes.get(name)
    return value?.kind === 'function' ? [[name, value] as const] : []
  })
}

/** Names of functions that mention a model class, directly or through others of these functions. */
function builderNames(survey: Survey, classes: ReadonlySet<string>): ReadonlySet<string> {
  const builders = new Set<string>()
  for (let grew = true; grew; ) {
    grew = false
    for (const [name, mentioned] of survey.functions) {
      if (builders.has(name) || ![...mentioned].some((each) => classes.has(each) || (builders.has(each) && each !== name))) continue
      builders.add(name)
      grew = true
    }
  }
  return builders
}

/** All names that a function leads to, through functions and classes of the file. */
function reach(survey: Survey, name: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [name]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    waiting.push(...(survey.functions.get(next) ?? survey.classes.get(next) ?? []))
  }
  return reached
}

/**
 * Instances that the file makes; else its builder functions with their defaults; then, for classes that none of these
 * made, a builder that leads to them or the class itself. Classes that others are made of are no models by themselves.
 */
export function findCandidates(
  interpreter: PythonInterpreter,
  document: Document,
  module: ModuleValue,
  survey: Survey,
  sizes: Sizes,
): Found {
  const history = moduleHistory(interpreter)
  const candidates: Candidate[] = [...instancesFound(document, finishedModules(interpreter), module)]
  const failures: Remark[] = []
  const classes = classesOf(document, module)
  const isMade = (cls: ClassValue): boolean => history.made.some(({ module: each }) => each.cls.mro.includes(cls))
  const take = ({ candidates: built, failure }: Built): void => {
    // A function that only tries a model out shows no other model than the one that its builder shows.
    const known = new Set(candidates.map(({ model }) => model.cls))
    candidates.push(...built.filter(({ model, isReturned }) => isReturned || model.cls.span === null || !known.has(model.cls)))
    if (failure !== null) failures.push(failure)
  }
  const hadInstances = candidates.length > 0
  const names = new Set(classes.map(({ name }) => name))
  const builders = functionsOf(module, builderNames(survey, names)).filter(([name]) => !name.startsWith('_'))
  for (const [name, fn] of builders) {
    if (candidates.length >= mostModels) break
    if (!needsNothing(fn)) continue
    if (hadInstances && !classes.some((cls) => reach(survey, name).has(cls.name) && !isMade(cls))) continue
    take(buildFunction(interpreter, document, name, fn, sizes))
  }
  const parts = new Set(classes.flatMap(({ name }) => [...(survey.classes.get(name) ?? [])].filter((each) => each !== name)))
  const whole = classes.filter(({ name }) => !parts.has(name))
  for (const cls of whole.length > 0 || candidates.length > 0 ? whole : classes) {
    if (candidates.length >= mostModels) break
    if (isMade(cls)) continue
    const before = candidates.length
    for (const [name, fn] of builders) {
      if (needsNothing(fn) || candidates.length > before || !reach(survey, name).has(cls.name)) continue
      take(buildFunction(interpreter, document, name, fn, sizes))
    }
    if (candidates.length === before || !isMade(cls)) take(buildClass(interpreter, document, cls, sizes))
  }
  return { candidates: candidates.slice(0, mostModels), failures }
}
