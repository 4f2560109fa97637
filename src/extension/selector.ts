import type { DocumentFilter } from 'vscode'
import { scriptLanguages } from './scripts'

/** Documents that are offered features by their kind or name: Python files, the cells of notebooks, files named as layer specs. */
export const named: readonly DocumentFilter[] = [
  { language: 'python' },
  { language: 'python', notebookType: 'jupyter-notebook' },
  { pattern: '**/*.layers.{json,yaml,yml}' },
]

/** Those, and the JSON files and scripts that may hold a model; which of them do, `isRead` tells by what they hold. */
export const selector: readonly DocumentFilter[] = [...named, { language: 'json' }, ...scriptLanguages.map((language) => ({ language }))]
