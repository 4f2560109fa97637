/** Thrown by a rule that cannot say what follows; the engine shows everything behind it as unknown for this reason. */
export class Unmodelled extends Error {}
