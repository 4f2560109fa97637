/** The environment that an agent is built for, where it is not known: reinforcement learning asks it for the sizes of its networks. */
import type { Assumption } from '../../../analysis'
import type { PythonInterpreter } from '../../../python'
import type { ParameterNode } from '../../../python/ast'
import { float, int, tuple } from '../../../python/make'
import { nativeClass } from '../../../python/native'
import type { Value } from '../../../python/values'

/** As many as CartPole's, the first example of most books. */
const [observations, actions] = [4, 2]

export function isEnvironment({ name }: ParameterNode): boolean {
  return /^(envs?|environment)$/i.test(name)
}

/** An environment of one vector of observations and of actions that can be numbered or are a vector, by the attributes of gym and gymnasium. */
export function assumedEnvironment(interpreter: PythonInterpreter, assumptions: Assumption[], { name, span }: ParameterNode): Value {
  const filled = (size: number, value: number): Value =>
    interpreter.call(interpreter.getAttribute(interpreter.importModule('numpy'), 'full'), [tuple([int(size)]), float(value)])
  const space = (kind: string, size: number): Value =>
    interpreter.instantiate(
      nativeClass({
        name: kind,
        attributes: [
          ['shape', tuple([int(size)])],
          ['n', int(size)],
          ['low', filled(size, -1)],
          ['high', filled(size, 1)],
        ],
      }),
      span,
    )
  const observed = space('observation_space', observations)
  const acted = space('action_space', actions)
  assumptions.push({
    message: `\`${name}\` is not known: ${observations} observations and ${actions} actions are assumed`,
    span,
    setting: null,
  })
  const cls = nativeClass({
    name,
    attributes: [
      ['observation_space', observed],
      ['single_observation_space', observed],
      ['action_space', acted],
      ['single_action_space', acted],
    ],
  })
  return interpreter.instantiate(cls, span)
}
