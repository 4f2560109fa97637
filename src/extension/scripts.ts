import type { TextDocument } from 'vscode'
import { isScriptFile, usesTensorflowjs } from '../analyze'

/** Languages of scripts, as VS Code names them. */
export const scriptLanguages = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'] as const

const languages: ReadonlySet<string> = new Set(scriptLanguages)

interface Known {
  readonly version: number
  readonly uses: boolean
}

/** What was found of a document, for every feature asks at every keystroke. */
const known = new WeakMap<TextDocument, Known>()

/** Whether a document is a script that uses TensorFlow.js: most scripts do not, so that this is asked before anything else is done. */
export function isTensorflowScript(document: TextDocument): boolean {
  if (!languages.has(document.languageId) || !isScriptFile(document.uri.path)) return false
  const found = known.get(document)
  if (found?.version === document.version) return found.uses
  const uses = usesTensorflowjs(document.getText())
  known.set(document, { version: document.version, uses })
  return uses
}
