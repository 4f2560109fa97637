/** Building models that the file only describes: its builder functions and its classes, with defaults or placeholders. */
import type { Document, Remark } from '../../../analysis'
import type { Span } from '../../../graph'
import { PythonError, type PythonInterpreter } from '../../../python'
import { isUnfinished } from '../../../python/interpreter/unfinished'
import { lookUp } from '../../../python/mro'
import type { ClassValue, FunctionValue, Value } from '../../../python/values'
import { undecorated } from '../../discover/candidate'
import { moduleHistory } from '../module/instances'
import { type Candidate, shortened } from './candidate'
import { instancesFound, modulesIn } from './instances-found'
import { otherArguments } from './other-arguments'
import { type Sizes, written } from './placeholder'
import { type Placeholders, placeholdersFor } from './placeholders'

export interface Built {
  readonly candidates: readonly Candidate[]
  readonly failure: Remark | null
}

function attempt(interpreter: PythonInterpreter, span: Span | null, body: () => Value): Value | Remark {
  try {
    return interpreter.guard(span, () => interpreter.meter.share(body))
  } catch (error) {
    if (error instanceof PythonError) return { message: error.message, span: error.span ?? span }
    throw error
  }
}

function isRemark(result: Value | Remark): result is Remark {
  return 'message' in result
}

/** `name(a=1, b=2)`. */
function callText(interpreter: PythonInterpreter, name: string, keyword: ReadonlyMap<string, Value>): string {
  const shown = [...keyword].map(([key, value]) => `${key}=${value.kind === 'unknown' ? '?' : written(value, interpreter)}`)
  return shortened(`${name}(${shown.join(', ')})`)
}

/** Calls `callee` with placeholders for what must be given, within the budget. */
function buildWith(
  interpreter: PythonInterpreter,
  document: Document,
  name: string,
  callee: ClassValue | FunctionValue,
  initializer: FunctionValue | null,
  skip: number,
  sizes: Sizes,
): Built {
  return interpreter.meter.earning(
    () =>
      interpreter.bounded(
        () => called(interpreter, document, name, callee, initializer, skip, sizes),
        (reason, span): Built => ({
          candidates: [],
          failure: { message: `${name}() cannot be built: ${reason}`, span: span ?? callee.span },
        }),
      ),
    ({ candidates, failure }) => candidates.length > 0 && failure === null,
  )
}

/** Other arguments that are tried where the assumed ones do not fit. */
const mostTries = 8

interface Called {
  readonly result: Value | Remark
  readonly placeholders: Placeholders
  /** Modules made before the call. */
  readonly before: number
}

/** Calls with assumed arguments; where they do not fit, with others, and if none fits, what the first gave. */
function callAssuming(
  interpreter: PythonInterpreter,
  callee: ClassValue | FunctionValue,
  initializer: FunctionValue | null,
  skip: number,
  sizes: Sizes,
): Called {
  const { made } = moduleHistory(interpreter)
  const call = (placeholders: Placeholders): Called => ({
    before: made.length,
    placeholders,
    result: attempt(interpreter, callee.span, () => interpreter.call(callee, [], placeholders.keyword, callee.span)),
  })
  const first = call(
    initializer === null ? { keyword: new Map(), assumptions: [] } : placeholdersFor(interpreter, initializer, skip, sizes),
  )
  if (initializer === null) return first
  const failed = [first]
  for (let at = 0; at < failed.length; at++) {
    const { result, placeholders } = failed[at] as Called
    if (!isRemark(result)) continue
    for (const others of otherArguments(interpreter, initializer, placeholders, result.message, sizes)) {
      if (failed.length > mostTries) return first
      const next = call(others)
      if (!isRemark(next.result)) return next
      failed.push(next)
    }
  }
  return first
}

/** Modules that the call returns are models; else those that it made. */
function called(
  interpreter: PythonInterpreter,
  document: Document,
  name: string,
  callee: ClassValue | FunctionValue,
  initializer: FunctionValue | null,
  skip: number,
  sizes: Sizes,
): Built {
  const { made } = moduleHistory(interpreter)
  const { result, placeholders, before } = callAssuming(interpreter, callee, initializer, skip, sizes)
  if (isRemark(result)) return { candidates: [], failure: { message: `${name}() cannot be built: ${result.message}`, span: result.span } }
  const models = modulesIn(result)
  if (models.length === 0) {
    const found = instancesFound(
      document,
      made.slice(before).filter(({ module }) => !isUnfinished(interpreter, module)),
      null,
    )
    const unknown = result.kind === 'unknown' && found.length === 0 ? { message: result.reason, span: result.span } : null
    return { candidates: found, failure: unknown }
  }
  const text = callText(interpreter, name, placeholders.keyword)
  const candidates = models.map(
    (model, index): Candidate => ({
      name: models.length === 1 ? text : `${text}[${index}]`,
      model,
      site: callee.span,
      assumptions: placeholders.assumptions,
      given: placeholders.keyword,
      isReturned: true,
    }),
  )
  return { candidates, failure: null }
}

/** A class with its constructor's defaults. */
export function buildClass(interpreter: PythonInterpreter, document: Document, cls: ClassValue, sizes: Sizes): Built {
  const initializer = lookUp(cls, '__init__')
  return buildWith(interpreter, document, cls.name, cls, initializer?.kind === 'function' ? undecorated(initializer) : null, 1, sizes)
}

/** A function with its defaults. */
export function buildFunction(interpreter: PythonInterpreter, document: Document, name: string, fn: FunctionValue, sizes: Sizes): Built {
  return buildWith(interpreter, document, name, fn, undecorated(fn), 0, sizes)
}
