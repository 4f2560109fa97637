/** Where names live while a module, a class body, a function or a comprehension runs. */
import type { Bindings } from './bindings'
import type { ModuleInfo } from './interpreter/modules'
import type { ClassValue, FunctionValue, Value } from './values'

/** The class that a zero-argument super() in a method refers to; filled when the class exists. */
export interface ClassCell {
  cls: ClassValue | null
}

export interface Activation {
  readonly fn: FunctionValue
  /** The first positional argument, for super(). */
  readonly self: Value | null
  /** What a `yield` inside an expression gave, while its statement is evaluated. */
  sent?: Map<object, Value>
}

export class Scope {
  /** How many loops without an end of their own, such as `while True`, are running here. */
  endlessLoops = 0

  constructor(
    readonly kind: 'module' | 'class' | 'function' | 'comprehension',
    readonly variables: Map<string, Value>,
    /** Where a name that is not here is looked for next; null for a module. */
    readonly parent: Scope | null,
    readonly module: ModuleInfo,
    readonly bindings: Bindings | null = null,
    readonly activation: Activation | null = null,
    readonly classCell: ClassCell | null = null,
    /** Qualified name of the class whose body this is. */
    readonly className: string | null = null,
  ) {}

  /** A name as Python finds it, builtins excepted. undefined: not bound. */
  find(name: string): Value | undefined {
    if (this.bindings?.globals.has(name) === true) return this.module.find(name)
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.variables.get(name)
      if (found !== undefined) return found
    }
    return this.module.find(name)
  }

  /** Binds a name where Python would: here, or where `global` or `nonlocal` says. */
  bind(name: string, value: Value): void {
    this.home(name).variables.set(name, value)
  }

  /** What a name means changes wherever it is bound; nothing where it is not. */
  replace(name: string, value: Value): void {
    const isGlobal = this.bindings?.globals.has(name) === true
    for (let scope: Scope | null = isGlobal ? null : this; scope !== null; scope = scope.parent) {
      if (!scope.variables.has(name)) continue
      scope.variables.set(name, value)
      return
    }
    if (this.module.find(name) !== undefined) this.module.scope.variables.set(name, value)
  }

  unbind(name: string): boolean {
    return this.home(name).variables.delete(name)
  }

  /** A local of this function that has no value yet, which hides outer names. */
  isUnboundLocal(name: string): boolean {
    return this.kind === 'function' && this.bindings !== null && this.bindings.locals.has(name) && !this.variables.has(name)
  }

  /** The scope that a function defined here looks names up in: class bodies are skipped. */
  closure(): Scope {
    let scope: Scope = this
    while (scope.kind === 'class' && scope.parent !== null) scope = scope.parent
    return scope
  }

  /** Of the function that this scope is inside of, comprehensions seen through. */
  activationAround(): Activation | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) if (scope.activation !== null) return scope.activation
    return null
  }

  private home(name: string): Scope {
    if (this.bindings === null) return this
    if (this.bindings.globals.has(name)) return this.module.scope
    if (!this.bindings.nonlocals.has(name)) return this
    for (let scope = this.parent; scope !== null; scope = scope.parent)
      if (scope.kind === 'function' && scope.variables.has(name)) return scope
    return this
  }
}
