/** Which lines of a long list are rendered: those in sight and some around. */
export interface Window {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

const AROUND = 8

export function windowOf(scrollTop: number, height: number, rowHeight: number, total: number): Window {
  const from = Math.max(0, Math.min(total, Math.floor(scrollTop / rowHeight)) - AROUND)
  return { from, to: Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + AROUND) }
}

/** The scroll position, changed as little as possible, at which a line is in sight below a head of `head` pixels. */
export function scrollTo(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height
  return scrollTop
}
