import assert from 'node:assert/strict'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { recordRun } from '../../../src/frameworks/torch/run'
import { tracedTensor } from '../../../src/frameworks/torch/tensor/make'
import { Trace } from '../../../src/frameworks/trace'
import type { Graph, Node } from '../../../src/graph'
import { createInterpreter, initParser } from '../../../src/python'
import { readCases, type TorchCase } from './golden'
import text from './lowering.txt'

/** An op's fields in short: long lists of numbers are counted. */
function fields(node: Node): string {
  return Object.entries(node.op)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => `${name}=${Array.isArray(value) && value.length > 8 ? `${value.length} numbers` : JSON.stringify(value)}`)
    .join(' ')
}

/** `1 multiply(0, 0) -> 2x3`, one line a node, without the input. */
function nodesOf(graph: Graph): string {
  return graph.nodes
    .slice(1)
    .map((node) => {
      const shapes = node.outputs.map((id) => `${graph.tensors[id]?.shape.join('x')}`).join(', ')
      const extra = fields(node)
      return `${node.id} ${node.op.kind}(${node.inputs.join(', ')})${extra === '' ? '' : ` ${extra}`} -> ${shapes}`
    })
    .join('; ')
}

/** The nodes that each expression records, in a run of its own. */
function lowered({ source, inputs, expected }: TorchCase): string[] {
  return expected.map(({ expression }) => {
    const interpreter = createInterpreter({ nativeModules: torchModules })
    const module = interpreter.runModule('case.py', source)
    const trace = new Trace()
    recordRun(interpreter, trace, { module: () => null, parameter: () => null }, () => {
      for (const { name, shape } of inputs) {
        const [id] = trace.emit({ kind: 'input', name, distribution: { kind: 'normal', mean: 0, std: 1 } }, [], [{ shape, dtype: 'float' }], null)
        assert.ok(id !== undefined)
        module.attributes.set(name, tracedTensor({ interpreter, span: null }, trace, id))
      }
      interpreter.evaluateIn(expression, module)
    })
    return nodesOf(trace.finish([]))
  })
}

describe('What operations become', () => {
  before(initParser)

  for (const each of readCases('lowering', text)) {
    it(`case ${each.index + 1}`, () => {
      assert.deepEqual(
        lowered(each).map((nodes, index) => `${each.expected[index]?.expression}\n  ${nodes}`),
        each.expected.map(({ expression, answer }) => `${expression}\n  ${answer}`),
      )
    })
  }
})
