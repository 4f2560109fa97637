/** `jax.tree_util`: functions over nested lists, tuples and dicts. */
import type { Interpreter } from '../../../python/host'
import { dict, list, none } from '../../../python/make'
import { native } from '../../../python/native'
import type { Value } from '../../../python/values'

const deepest = 20

function mapped(interpreter: Interpreter, fn: Value, trees: readonly Value[], span: Parameters<Interpreter['call']>[3], depth = 0): Value {
  const [first = none] = trees
  if (first.kind === 'unknown' || depth > deepest) return first
  const each = (pick: (tree: Value) => Value | undefined): Value =>
    mapped(
      interpreter,
      fn,
      trees.map((tree) => pick(tree) ?? none),
      span,
      depth + 1,
    )
  const item = (index: number) => (tree: Value) => (tree.kind === 'list' || tree.kind === 'tuple' ? tree.items[index] : tree)
  if (first.kind === 'list') return list(first.items.map((_, index) => each(item(index))))
  if (first.kind === 'tuple') return { ...first, items: first.items.map((_, index) => each(item(index))) }
  if (first.kind === 'dict')
    return dict(
      [...first.entries.keys()].map((key) => [key, each((tree) => (tree.kind === 'dict' ? tree.entries.get(key) : tree))] as const),
    )
  return first.kind === 'none' ? none : interpreter.call(fn, trees, undefined, span)
}

function leaves(tree: Value, found: Value[] = [], depth = 0): Value[] {
  if (depth > deepest || tree.kind === 'none') return found
  if (tree.kind === 'list' || tree.kind === 'tuple') for (const item of tree.items) leaves(item, found, depth + 1)
  else if (tree.kind === 'dict') for (const item of tree.entries.values()) leaves(item, found, depth + 1)
  else found.push(tree)
  return found
}

function mapFunction(name: string): Value {
  return native(`${name}(f, tree, *rest, is_leaf=None)`, (args, interpreter) =>
    mapped(interpreter, args.value('f'), [args.value('tree'), ...args.rest('rest')], args.span),
  )
}

function leavesFunction(name: string): Value {
  return native(`${name}(tree, is_leaf=None)`, (args) =>
    args.value('tree').kind === 'unknown' ? args.value('tree') : list(leaves(args.value('tree'))),
  )
}

export const treeFunctions: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['map', mapFunction('map')],
  ['tree_map', mapFunction('tree_map')],
  ['leaves', leavesFunction('leaves')],
  ['tree_leaves', leavesFunction('tree_leaves')],
])
