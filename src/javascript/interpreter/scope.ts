/** Names and what they are bound to. */
import type { FunctionValue, Value } from '../values'

/** A function's call: what `this` and `super` mean in it. */
export interface Frame {
  self: Value
  /** The class whose method runs. */
  readonly home: FunctionValue | null
  /** Values that a generator has given so far; null in other functions. */
  readonly given: Value[] | null
}

export class Scope {
  private readonly bindings = new Map<string, Value>()

  constructor(
    readonly parent: Scope | null,
    /** null for blocks and arrow functions, which have that of the scope around them. */
    private readonly own: Frame | null = null,
    private readonly isFunction = own !== null,
  ) {}

  get frame(): Frame | null {
    return this.own ?? this.parent?.frame ?? null
  }

  static ofFunction(parent: Scope, frame: Frame | null): Scope {
    return new Scope(parent, frame, true)
  }

  declare(name: string, value: Value): void {
    this.bindings.set(name, value)
  }

  /** `var`: in the function around. */
  declareVar(name: string, value: Value): void {
    if (this.isFunction || this.parent === null) {
      if (value !== undefined || !this.bindings.has(name)) this.bindings.set(name, value)
    } else this.parent.declareVar(name, value)
  }

  has(name: string): boolean {
    return this.bindings.has(name) || (this.parent?.has(name) ?? false)
  }

  get(name: string): Value {
    return this.bindings.has(name) ? this.bindings.get(name) : this.parent?.get(name)
  }

  /** Binds a name that is declared somewhere around; else in the outermost scope. */
  assign(name: string, value: Value): void {
    if (this.bindings.has(name) || this.parent === null) this.bindings.set(name, value)
    else this.parent.assign(name, value)
  }

  get names(): Iterable<readonly [string, Value]> {
    return this.bindings
  }
}
