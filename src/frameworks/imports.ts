/** Which frameworks a file uses, told by its imports alone. */
import type { ModuleNode } from '../python/ast'
import { dotted, surveyOf } from './torch/source/survey'

export interface Frameworks {
  readonly torch: boolean
  readonly keras: boolean
  readonly flax: boolean
}

const kerasRoots: ReadonlySet<string> = new Set(['keras', 'tf_keras', 'tensorflow'])
const torchRoots: ReadonlySet<string> = new Set(['torch', 'torchvision', 'lightning', 'pytorch_lightning', 'timm'])

export function frameworksOf(module: ModuleNode): Frameworks {
  const survey = surveyOf(module)
  const names = [...survey.imported.values(), ...survey.starred]
  const roots = new Set(names.map((name) => name.split('.', 1)[0] ?? name))
  const torch = [...roots].some((root) => torchRoots.has(root))
  const keras = [...roots].some((root) => kerasRoots.has(root))
  // JAX alone trains what other files define. TensorFlow beside Flax loads data, unless the file names Keras too.
  const flax = roots.has('flax') || (roots.has('jax') && !torch && !keras)
  const namesKeras =
    names.some((name) => /(^|\.)(tf_)?keras(\.|$)/.test(name)) ||
    survey.calls.some(({ call }) => /\.keras\./.test(dotted(call.callee) ?? ''))
  return { torch, keras: keras && (!flax || namesKeras), flax }
}
