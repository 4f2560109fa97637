/** Names that `flax.linen` and `flax.nnx` both show: nonlinearities, pools, masks, initializers. */
import type { Interpreter } from '../../../python/host'
import { list } from '../../../python/make'
import { native } from '../../../python/native'
import type { Value } from '../../../python/values'
import { createFunctions } from '../arrays/create'
import { arrayBuiltins } from '../arrays/declare'
import { nonlinearities } from '../arrays/elementwise'
import { reduceFunctions } from '../arrays/reduce'
import { initializersModule, ones, zeros } from '../initializers/functions'
import { attentionFunctions } from '../layers/attention'
import { poolFunctions } from '../layers/pooling'

const functions = arrayBuiltins([
  ...nonlinearities,
  ...reduceFunctions.filter(({ names }) => names.some((name) => /softmax|logsumexp|standardize/.test(name))),
  ...createFunctions.filter(({ names }) => names.some((name) => name === 'one_hot' || name === 'make_causal_mask')),
  ...attentionFunctions,
  ...poolFunctions,
])

/** Brings arrays to one type, which here all have: as many as are given, or those of one tuple. */
const promoteDtype = native('promote_dtype(*args, dtype=None, inexact=True, **kwargs)', (args) => {
  const given = args.rest('args')
  const [only] = given
  return given.length === 1 && only?.kind === 'tuple' ? only : list([...given])
})

export function sharedNames(interpreter: Interpreter): readonly (readonly [string, Value])[] {
  const initializers = initializersModule(interpreter)
  const named = ['zeros_init', 'ones_init'].flatMap((name): (readonly [string, Value])[] => {
    const found = initializers.attributes.get(name)
    return found === undefined ? [] : [[name, found]]
  })
  return [...functions, ['promote_dtype', promoteDtype], ['initializers', initializers], ['zeros', zeros], ['ones', ones], ...named]
}
