/** What library calls mean: a file to the networks that it describes. */
export { initialize, type ReadingHost, readDocument } from './read'
export type { ReadDefinition, Reading, ReadModel } from './reading'
export { isScriptFile, scriptWriter, usesTensorflowjs } from './tensorflowjs'
export { sizeKnobs } from './sizes'
export { isSpecFile, type SpecChange, type SpecWriter, specWriter } from './spec'
