/** What library calls mean: a file to the networks that it describes. */
export type { ReadDefinition, Reading, ReadModel } from './reading'
export { type ReadingHost, readTorch } from './torch'
