import { type PythonWithPackage, packagesOf } from '../accuracy/python'

/** The package that models of a group of measurements need, and what else to look into for their sources. */
const packages: readonly (readonly [RegExp, string])[] = [
  [/^torchvision$/, 'torchvision'],
  [/^keras/, 'keras'],
  [/^flax/, 'flax'],
]

/** Finds, once for each, a Python that has what a group of models needs. */
export class Programs {
  private readonly known = new Map<string, PythonWithPackage>()

  constructor(private readonly chosen: readonly string[]) {}

  of(group: string): PythonWithPackage & { readonly needs: string } {
    const needs = packages.find(([pattern]) => pattern.test(group))?.[1] ?? 'torch'
    const found = this.known.get(needs) ?? packagesOf(this.chosen, needs)
    this.known.set(needs, found)
    return { ...found, needs }
  }
}
