/** How quantities are written: the same words as everywhere. */
export * from '../graph/quantities'
