/** Where a module of Flax draws a parameter of its own, and whether an initializer can stand there. */
import type { CallNode, Expression, ModuleNode } from '../../python'
import type { OwnDraw } from './arguments'
import { callAt } from './calls'
import type { Change } from './changes'

/** What names stand for by the file's top-level imports. */
function importsOf(module: ModuleNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const statement of module.body) {
    if (statement.kind === 'import') {
      for (const { name, alias } of statement.names) {
        const [root = name] = name.split('.', 1)
        found.set(alias ?? root, alias === null ? root : name)
      }
    } else if (statement.kind === 'importFrom' && statement.level === 0 && statement.names !== '*') {
      for (const { name, alias } of statement.names) found.set(alias ?? name, `${statement.module}.${name}`)
    }
  }
  return found
}

/** `jax.random.normal` of `random.normal` after `from jax import random`; null where it is no path from an import. */
function pathOf(expression: Expression, imports: ReadonlyMap<string, string>): string | null {
  if (expression.kind === 'name') return imports.get(expression.name) ?? null
  if (expression.kind !== 'attribute') return null
  const object = pathOf(expression.object, imports)
  return object === null ? null : `${object}.${expression.name}`
}

/** Every value that the file assigns to a name. */
function assigned(node: unknown, name: string): readonly Expression[] {
  if (Array.isArray(node)) return node.flatMap((item) => assigned(item, name))
  if (typeof node !== 'object' || node === null) return []
  const below = Object.entries(node).flatMap(([key, value]) => (key === 'span' || typeof value !== 'object' ? [] : assigned(value, name)))
  return isAssignment(node) && node.targets.some((target) => target.kind === 'name' && target.name === name)
    ? [node.value, ...below]
    : below
}

function isAssignment(node: object): node is { readonly targets: readonly Expression[]; readonly value: Expression } {
  return 'kind' in node && node.kind === 'assign'
}

/** Whether an expression makes an initializer: `nnx.initializers.normal(0.01)`. */
function makesInitializer(expression: Expression, imports: ReadonlyMap<string, string>): boolean {
  return expression.kind === 'call' && /(^|\.)initializers\.\w+$/.test(pathOf(expression.callee, imports) ?? '')
}

/** Whether a call draws by a key and a shape, as an initializer does, so that another may be called in its place. */
function drawsByKeyAndShape(module: ModuleNode, { callee, arguments: given }: CallNode): boolean {
  const imports = importsOf(module)
  const positional = given.filter(({ kind }) => kind === 'positional').length
  if (positional === given.length && positional === 2 && pathOf(callee, imports) === 'jax.random.normal') return true
  const isTyped = given.every(({ kind, name }) => kind === 'positional' || (kind === 'keyword' && name === 'dtype'))
  if (!isTyped || positional < 2 || given.length > 3) return false
  if (callee.kind !== 'name') return makesInitializer(callee, imports)
  const values = assigned(module.body, callee.name)
  return values.length > 0 && values.every((value) => makesInitializer(value, imports))
}

/** The initializer in `self.param('kernel', init, shape)` and in `nnx.Param(init(key, shape))`; null where the weight is drawn otherwise. */
export function drawnByParam(module: ModuleNode, { parameter }: Change): OwnDraw | null {
  const definition = callAt(module, parameter.definition)
  if (definition?.callee.kind === 'attribute' && definition.callee.name === 'Param') {
    const drawn = definition.arguments[0]?.value
    if (drawn?.kind === 'call' && drawsByKeyAndShape(module, drawn)) return { kind: 'place', ...drawn.callee.span }
    return { kind: 'refused', reason: `${parameter.name} is not drawn by an initializer of a key and a shape: write its draw by hand.` }
  }
  const call = callAt(module, parameter.initializer.span)
  if (call?.callee.kind !== 'attribute' || call.callee.name !== 'param') return null
  const given = call.arguments.find(({ kind, name }) => kind === 'keyword' && name === 'init_fn') ?? call.arguments[1]
  return given === undefined || given.kind === 'star' ? null : { kind: 'place', ...given.value.span }
}
