/** Which frameworks a file uses, told by its imports alone: its own, and where these name none, those of the files that it imports. */
import { parseCached } from '../python'
import type { ModuleNode, Statement } from '../python/ast'
import type { ModuleRequest, SourceReader } from '../python/host'
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

const none = ({ torch, keras, flax }: Frameworks): boolean => !torch && !keras && !flax

/** Files looked into, and imports followed from one to the next. */
const mostFiles = 8
const deepest = 2

const together = (found: readonly Frameworks[]): Frameworks => ({
  torch: found.some(({ torch }) => torch),
  keras: found.some(({ keras }) => keras),
  flax: found.some(({ flax }) => flax),
})

/**
 * The frameworks of a file, or of what it imports them through, as from a package's own `backend`: all that the nearest files that
 * name any do, for one may load data with what another's model is not made of.
 */
export function frameworksThrough(module: ModuleNode, sources: SourceReader | undefined): Frameworks {
  const own = frameworksOf(module)
  if (!none(own) || sources === undefined) return own
  const seen = new Set([module.file])
  let layer: readonly ModuleNode[] = [module]
  for (let depth = 0; depth < deepest; depth++) {
    const next: ModuleNode[] = []
    for (const request of layer.flatMap(requestsOf)) {
      const source = seen.size > mostFiles ? null : sources.resolve(request)
      if (source === null || source === undefined || seen.has(source.file)) continue
      seen.add(source.file)
      next.push(parseCached(source.file, source.text).module)
    }
    const found = together(next.map(frameworksOf))
    if (!none(found)) return found
    layer = next
  }
  return own
}

/** What the statements of a module's own level ask for: modules, and names that may be modules. */
function requestsOf({ body, file }: ModuleNode): readonly ModuleRequest[] {
  return body.flatMap((statement: Statement): readonly ModuleRequest[] => {
    if (statement.kind === 'import') return statement.names.map(({ name }) => ({ module: name, level: 0, fromFile: file }))
    if (statement.kind !== 'importFrom') return []
    const { module, level, names } = statement
    const inside = names === '*' ? [] : names.map(({ name }) => (module === '' ? name : `${module}.${name}`))
    return [...inside, ...(module === '' ? [] : [module])].map((each) => ({ module: each, level, fromFile: file }))
  })
}
