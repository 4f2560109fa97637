import type { ModuleNode } from '../../python'

/** How a file can name torch.nn, and what must be added when it cannot yet. */
export interface TorchNames {
  /** `nn`, `torch.nn`. */
  readonly nn: string
  /** `nn.init`, `init`. */
  readonly init: string
  /** An import line to add, and the offset to add it at; null when the file can name it already. */
  readonly added: { readonly offset: number; readonly text: string } | null
}

/** Looks through the file's top-level imports for the way it names torch.nn. */
export function torchNames(module: ModuleNode, text: string): TorchNames {
  let nn: string | null = null
  let init: string | null = null
  let torch: string | null = null
  let afterImports = 0
  // Imports between classes, as notebooks have them, come later than what may need the name.
  let isAmongFirst = true
  for (const statement of module.body) {
    if (statement.kind === 'class' || statement.kind === 'functionDefinition') isAmongFirst &&= afterImports === 0
    if (statement.kind !== 'import' && statement.kind !== 'importFrom') continue
    if (isAmongFirst) afterImports = nextLine(text, statement.span.end)
    if (statement.kind === 'import') {
      for (const { name, alias } of statement.names) {
        if (name === 'torch.nn' && alias !== null) nn ??= alias
        if (name === 'torch.nn.init' && alias !== null) init ??= alias
        if (name === 'torch' || (name.startsWith('torch.') && alias === null)) torch ??= name === 'torch' ? (alias ?? 'torch') : 'torch'
      }
    } else if (statement.level === 0 && statement.names !== '*') {
      for (const { name, alias } of statement.names) {
        if (statement.module === 'torch' && name === 'nn') nn ??= alias ?? 'nn'
        if (statement.module === 'torch.nn' && name === 'init') init ??= alias ?? 'init'
      }
    }
  }
  const reached = nn ?? (torch === null ? null : `${torch}.nn`)
  if (reached !== null) return { nn: reached, init: init ?? `${reached}.init`, added: null }
  return { nn: 'nn', init: init ?? 'nn.init', added: { offset: afterImports, text: 'from torch import nn' } }
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}
