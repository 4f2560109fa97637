import type { ModuleNode } from '../../python'

/** How a file can name keras, and what must be added when it cannot yet. */
export interface KerasNames {
  /** `keras`, `tf.keras`. */
  readonly keras: string
  readonly added: { readonly offset: number; readonly text: string } | null
}

/** Looks through the file's top-level imports for the way it names keras. */
export function kerasNames(module: ModuleNode): KerasNames {
  let tensorflow: string | null = null
  let isTensorflow = false
  let offset: number | null = null
  for (const statement of module.body) {
    if (statement.kind === 'import') {
      offset ??= statement.span.start
      for (const { name, alias } of statement.names) {
        if (name === 'keras' || name === 'tf_keras') return { keras: alias ?? name, added: null }
        if (name === 'tensorflow.keras' && alias !== null) return { keras: alias, added: null }
        if (name === 'tensorflow' || (name.startsWith('tensorflow.') && alias === null))
          tensorflow ??= name === 'tensorflow' ? (alias ?? name) : 'tensorflow'
      }
    }
    if (statement.kind === 'importFrom') {
      if (statement.module !== '__future__') offset ??= statement.span.start
      isTensorflow ||= statement.module.startsWith('tensorflow')
      if (statement.module !== 'tensorflow' || statement.names === '*') continue
      for (const { name, alias } of statement.names) if (name === 'keras') return { keras: alias ?? name, added: null }
    }
  }
  if (tensorflow !== null) return { keras: `${tensorflow}.keras`, added: null }
  return { keras: 'keras', added: { offset: offset ?? 0, text: isTensorflow ? 'from tensorflow import keras' : 'import keras' } }
}
