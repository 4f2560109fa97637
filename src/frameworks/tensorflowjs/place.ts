/** The values of a program as places of a spec: what a layer was given, with where it is written. */
import type { Span } from '../../graph'
import { isArray, isObject, isPrimitive, isUnknown, shown, type Value } from '../../javascript'
import { Place, type PlaceEdit } from '../spec/place'
import { type Configured, isInitializer, LayerValue, partOf } from './values'

/** A value where it is written, or where what it is part of is. */
class ValuePlace extends Place {
  constructor(
    private readonly value: Value,
    readonly span: Span,
  ) {
    super()
  }

  get entries(): readonly (readonly [string, Place])[] | null {
    const { value, span } = this
    if (isInitializer(value)) return entryPlaces(value.made)
    const part = partOf(value)
    if (part instanceof LayerValue) return entryPlaces(part.made)
    if (!isObject(value)) return null
    return [...value.properties].map(([name, property]) => [name, new ValuePlace(property.value, property.span ?? span)])
  }

  get items(): readonly Place[] | null {
    const { value, span } = this
    return isArray(value) ? value.items.map((item) => new ValuePlace(item, span)) : null
  }

  get scalar(): string | number | boolean | null | undefined {
    const { value } = this
    if (value === undefined) return null
    return isPrimitive(value) ? value : undefined
  }

  override get shown(): string {
    return shown(this.value)
  }

  keySpan(key: string): Span {
    return this.get(key)?.span ?? this.span
  }

  /** Scripts are changed by their text: see `scriptWriter`. */
  edits(): readonly PlaceEdit[] {
    return []
  }

  override fail(message: string): never {
    const { value } = this
    return super.fail(isUnknown(value) && value.span !== null ? `${message.replace(/\.$/, '')}, line ${value.span.line}.` : message)
  }
}

/** Settings of which none is given. */
class NothingGiven extends ValuePlace {
  constructor(span: Span) {
    super(undefined, span)
  }

  override get entries(): readonly (readonly [string, Place])[] {
    return []
  }

  override get scalar(): undefined {
    return undefined
  }
}

function entryPlaces(made: Configured): readonly (readonly [string, Place])[] {
  return [
    ['class_name', new ValuePlace(made.className, made.span)],
    ['config', configPlace(made)],
  ]
}

/** The settings of a layer. */
export function configPlace({ config, span, argument }: Configured): Place {
  return config === null ? new NothingGiven(span) : new ValuePlace(config, config.span ?? argument ?? span)
}

/** A layer's own entry: the call that makes it. */
export function callPlace({ span }: Configured): Place {
  return new NothingGiven(span)
}

export function valuePlace(value: Value, span: Span): Place {
  return new ValuePlace(value, span)
}
