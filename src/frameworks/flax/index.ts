/** Reading Flax: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document, Remark } from '../../analysis'
import { createInterpreter, parse } from '../../python'
import type { Reading } from '../reading'
import type { ReadingHost } from '../torch'
import { readDefinitions } from '../torch/definitions'
import { packageOf } from '../torch/package'
import { surveyOf } from '../torch/source/survey'
import { installTensorAttributes } from '../torch/tensor/classes'
import { installTensors } from '../torch/tensor/install'
import { arrayAttributes } from './arrays/methods'
import { flaxConstructors } from './definitions'
import { discoverFlax } from './discover'
import { flaxModules } from './namespace'

const mostMilliseconds = { file: 1200, model: 4000 } as const

function tidy(document: Document, remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Map<string, Remark>()
  for (const remark of remarks) seen.set(`${remark.message}|${remark.span?.file}|${remark.span?.start}`, remark)
  const own = (remark: Remark): number => (remark.span?.file === document.file ? remark.span.start : Number.POSITIVE_INFINITY)
  return [...seen.values()].sort((a, b) => (own(a) === own(b) ? 0 : own(a) - own(b)))
}

/** Reads a Python file that uses Flax. `initParser()` must have resolved. Never throws for what the file holds. */
export function readFlax(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  let pending = false
  const { sources } = host
  const watched =
    sources === undefined
      ? undefined
      : {
          resolve: (request: Parameters<typeof sources.resolve>[0]) => {
            const file = sources.resolve(request)
            pending ||= file === undefined
            return file
          },
        }
  const parsed = parse(document.file, document.text)
  const interpreter = createInterpreter({
    ...(watched === undefined ? {} : { sources: watched }),
    ...(host.now === undefined ? {} : { now: host.now }),
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model, ...host.budget },
    nativeModules: flaxModules,
    mainPackage: packageOf(document.file, watched),
  })
  installTensors(interpreter)
  installTensorAttributes(interpreter, 'flax', () => arrayAttributes)
  const survey = surveyOf(parsed.module)
  const module = interpreter.runParsed(parsed)
  const fileNotes = interpreter.notes
    .filter(({ kind, span }) => kind === 'unread' && (span === null || span.file === document.file))
    .map(({ message, span }): Remark => ({ message, span }))
  const { models, remarks } = discoverFlax(interpreter, document, options, survey, parsed.comments, module)
  const definitions = readDefinitions(
    interpreter,
    document,
    survey,
    module,
    models.map(({ graph }) => graph),
    flaxConstructors,
  )
  const unread = tidy(document, [...fileNotes, ...remarks])
  const isEmpty = models.length === 0 && definitions.length === 0
  return { models, definitions, unread, message: isEmpty ? (unread[0]?.message ?? 'No layers were found in this file.') : null, pending }
}
