/** Expectations of functions of one real variable under a distribution. */
export type Expectation = (h: (x: number) => number, kinks: readonly number[]) => number
