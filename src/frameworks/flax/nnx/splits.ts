/** Where `Rngs` keep into how many streams they were split. */
export const splitCount = '_splits'
