/** Which frameworks a file uses, told by its imports alone. */
import type { ModuleNode } from '../python/ast'
import { surveyOf } from './torch/source/survey'

export interface Frameworks {
  readonly torch: boolean
  readonly keras: boolean
}

const kerasRoots: ReadonlySet<string> = new Set(['keras', 'tf_keras', 'tensorflow'])
const torchRoots: ReadonlySet<string> = new Set(['torch', 'torchvision', 'lightning', 'pytorch_lightning', 'timm'])

export function frameworksOf(module: ModuleNode): Frameworks {
  const survey = surveyOf(module)
  const roots = [...survey.imported.values(), ...survey.starred].map((name) => name.split('.', 1)[0] ?? name)
  return { torch: roots.some((root) => torchRoots.has(root)), keras: roots.some((root) => kerasRoots.has(root)) }
}
