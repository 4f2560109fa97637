import { fillTemplate } from '../wording/torch'
import type { Naming } from './lines'

/** The one call of a template on an expression, with torch.nn.init as the file names it. */
export function write(template: string, target: string, init: string): string {
  return fillTemplate(template, target).replace(/\bnn\.init\b/g, init)
}

/** All statements of a template on an expression, a line each. */
export function writeLines(template: string, target: string, { init, unit }: Pick<Naming, 'init' | 'unit'>): readonly string[] {
  return write(template, target, init).replaceAll('\t', unit).split('\n')
}
