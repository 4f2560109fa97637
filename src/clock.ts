/** The clock that reading is bounded by. */

/** What Node's process tells of its use of the processor, where there is one: microseconds. */
declare const process: { cpuUsage?: () => { readonly user: number; readonly system: number } } | undefined

const processorTime = typeof process !== 'undefined' && typeof process.cpuUsage === 'function' ? process.cpuUsage.bind(process) : undefined

/** Milliseconds on the wall between two questions to the processor's clock, which costs as much as many steps of reading. */
const interval = 4

/**
 * Milliseconds of work, monotonic, late by no more than the interval: between two looks, the lesser of what passed on the wall and what the
 * process computed, so that a busy machine reads a file as far as an idle one. Where the processor's time is not told, time on the wall.
 */
export function workClock(): () => number {
  let wall = performance.now()
  if (processorTime === undefined) return () => performance.now()
  let used = processorTime()
  let worked = 0
  return () => {
    const nextWall = performance.now()
    if (nextWall - wall < interval) return worked
    const nextUsed = processorTime()
    worked += Math.min(nextWall - wall, (nextUsed.user + nextUsed.system - used.user - used.system) / 1000)
    wall = nextWall
    used = nextUsed
    return worked
  }
}
