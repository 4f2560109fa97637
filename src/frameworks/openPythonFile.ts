/** A Python file that has been parsed, and an interpreter that knows a framework's modules, ready to run it. */
import type { AnalysisOptions, Document, Remark } from '../analysis'
import { type Comment, createInterpreter, type PythonInterpreter } from '../python'
import type { InterpreterOptions } from '../python/host'
import type { ModuleValue } from '../python/values'
import { mostMilliseconds, notesOf, tidy, watched } from './pythonFile'
import type { Reading, ReadModel } from './reading'
import { parseWith } from './sizes'
import type { ReadingHost } from './torch'
import { readDefinitions } from './torch/definitions'
import type { ConstructorRules } from './torch/definitions/constructors'
import { packageOf } from './torch/package'
import { type Survey, surveyOf } from './torch/source/survey'

interface PythonFile {
  readonly interpreter: PythonInterpreter
  readonly survey: Survey
  readonly comments: readonly Comment[]
  /** Runs the file, finds its models and layer constructors. Never throws for what the file holds. */
  read(discover: Discover, constructors: ConstructorRules): Reading
}

/** Finds the models of a file that has been run. */
type Discover = (module: ModuleValue) => { readonly models: readonly ReadModel[]; readonly remarks: readonly Remark[] }

export function openPythonFile(
  document: Document,
  options: AnalysisOptions,
  host: ReadingHost,
  framework: Pick<InterpreterOptions, 'nativeModules' | 'sourceOf'>,
): PythonFile {
  const { sources, pending } = watched(host.sources)
  const parsed = parseWith(document, options.integers)
  const interpreter = createInterpreter({
    ...(sources === undefined ? {} : { sources }),
    ...(host.now === undefined ? {} : { now: host.now }),
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model, ...host.budget },
    ...framework,
    mainPackage: packageOf(document.file, sources),
  })
  const survey = surveyOf(parsed.module)
  return {
    interpreter,
    survey,
    comments: parsed.comments,
    read(discover, constructors) {
      const module = interpreter.runParsed(parsed)
      const fileNotes = notesOf(document, interpreter.notes)
      const { models, remarks } = discover(module)
      const graphs = models.map(({ graph }) => graph)
      const definitions = readDefinitions(interpreter, document, survey, module, graphs, constructors)
      const unread = tidy(document, [...fileNotes, ...remarks])
      const isEmpty = models.length === 0 && definitions.length === 0
      const message = isEmpty ? (unread[0]?.message ?? 'No layers were found in this file.') : null
      return { models, definitions, unread, message, pending: pending() }
    },
  }
}
