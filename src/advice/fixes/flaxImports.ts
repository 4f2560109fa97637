import type { ModuleNode } from '../../python'

/** How a file can name JAX' initializers, and what must be added when it cannot yet. */
export interface FlaxNames {
  /** `nn.initializers`, `nnx.initializers`. */
  readonly initializers: string
  readonly added: { readonly offset: number; readonly text: string } | null
}

/** Modules that show the initializers, the nearest to the layers first. */
const holders = ['flax.linen', 'flax.nnx', 'flax.experimental.nnx', 'jax.nn', 'flax', 'jax'] as const

/** What leads from the module to the initializers. */
const paths: Readonly<Record<(typeof holders)[number], string>> = {
  'flax.linen': 'initializers',
  'flax.nnx': 'initializers',
  'flax.experimental.nnx': 'initializers',
  'jax.nn': 'initializers',
  flax: 'linen.initializers',
  jax: 'nn.initializers',
}

/** Looks through the file's top-level imports for the way it names the initializers. */
export function flaxNames(module: ModuleNode, text: string): FlaxNames {
  const named = new Map<string, string>()
  let afterImports = 0
  for (const statement of module.body) {
    if (statement.kind !== 'import' && statement.kind !== 'importFrom') continue
    const end = text.indexOf('\n', statement.span.end)
    afterImports = end < 0 ? text.length : end + 1
    if (statement.kind === 'import') {
      for (const { name, alias } of statement.names) {
        const [root = name] = name.split('.', 1)
        if (alias !== null) named.set(name, alias)
        else named.set(root, root)
      }
    } else if (statement.level === 0 && statement.names !== '*') {
      for (const { name, alias } of statement.names) named.set(`${statement.module}.${name}`, alias ?? name)
    }
  }
  for (const holder of holders) {
    const own = named.get(`${holder}.initializers`)
    if (own !== undefined) return { initializers: own, added: null }
  }
  for (const holder of holders) {
    const own = named.get(holder)
    if (own !== undefined) return { initializers: `${own}.${paths[holder]}`, added: null }
  }
  return { initializers: 'initializers', added: { offset: afterImports, text: 'from jax.nn import initializers' } }
}
