/** Names that Keras gives to layers without one. */

/** `MultiHeadAttention` → `multi_head_attention`, `Conv2D` → `conv2d`. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** The class's name, with the number of those before it behind it from the second on. */
export function autoName(counts: Map<string, number>, className: string): string {
  const base = snakeCase(className)
  const before = counts.get(base) ?? 0
  counts.set(base, before + 1)
  return before === 0 ? base : `${base}_${before}`
}
