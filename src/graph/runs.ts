/** Positions gathered into runs whose places grow by a common ratio: early ones each their own, later ones among their like. */

/** Most runs of an axis. */
export const mostRuns = 17

/** A label of each count's run: each count its own while there are few, else counts within a common ratio. */
export function ratioRuns(counts: readonly number[]): readonly number[] {
  if (new Set(counts).size <= mostRuns) return counts
  for (let ratio = 1.1; ; ratio *= 1.1) {
    const labels = counts.map((count) => Math.floor(Math.log(count) / Math.log(ratio)))
    if (new Set(labels).size <= mostRuns) return labels
  }
}
