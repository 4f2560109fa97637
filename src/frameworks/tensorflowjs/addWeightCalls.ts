/** Where a layer of the program's own draws a weight: the initializer that it gives to `this.addWeight`. */
import type { Parameter } from '../../graph'
import type { Program } from '../../javascript'
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { callAt, calledName } from './calls'

export interface AddedWeight {
  readonly initializer: SyntaxNode
  /** How the file names `tf.initializers`. */
  readonly initializers: string
}

const byImport = /\bimport\s+\*\s+as\s+([\w$]+)\s+from\s+['"]@tensorflow\/tfjs[\w/-]*['"]/
const byRequire = /\b([\w$]+)\s*=\s*require\(\s*['"]@tensorflow\/tfjs[\w/-]*['"]\s*\)/

function libraryOf(text: string, initializer: SyntaxNode): string | null {
  const own = /^([\w$.]+)\.initializers\.\w+\s*\(/.exec(text.slice(initializer.start, initializer.end))?.[1]
  return own ?? byImport.exec(text)?.[1] ?? byRequire.exec(text)?.[1] ?? null
}

/** The call of `addWeight` that draws a parameter; null for the weights of the library's layers. */
export function addWeightCall(program: Program, { initializer }: Parameter): SyntaxNode | null {
  const call = callAt(program, initializer.span)
  return call !== null && calledName(program, call) === 'addWeight' ? call : null
}

/** What of the call another initializer replaces; null where none can be written there. */
export function addedWeight({ text }: Program, call: SyntaxNode): AddedWeight | null {
  const list = childOfField(call, 'arguments')
  const [, , , initializer] = list === null ? [] : named(list)
  if (list === null || initializer === undefined || named(list).some(({ type }) => type === 'spread_element')) return null
  const library = libraryOf(text, initializer)
  return library === null ? null : { initializer, initializers: `${library}.initializers` }
}
