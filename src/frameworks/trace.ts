/** Records what a model does as a Graph. One Trace per analyzed model call; frameworks emit nodes into it. */
import type { Call, Graph, IdleApply, Node, Op, Parameter, Span, Tensor, TensorId } from '../graph'

export interface TensorType {
  readonly shape: readonly number[]
  readonly dtype: Tensor['dtype']
}

export interface OpenCall {
  readonly id: number
  readonly kind: Call['kind']
  readonly name: string
  readonly type: string
  readonly definition: Span | null
  readonly site: Span | null
  readonly inputs: readonly TensorId[]
  readonly parameters: readonly number[]
  readonly path: readonly string[]
}

export class Trace {
  private readonly tensors: Tensor[] = []
  private readonly nodes: Node[] = []
  private readonly calls: Call[] = []
  private readonly parameters: Parameter[] = []
  private readonly timesCalled = new Map<string, number>()
  private open: OpenCall | null = null

  /** Adds a node and its output tensors. A call that is open owns it. */
  emit(op: Op, inputs: readonly TensorId[], outputs: readonly TensorType[], span: Span | null): readonly TensorId[] {
    const id = this.nodes.length
    const made = outputs.map((type) => {
      const tensor: Tensor = { id: this.tensors.length, shape: [...type.shape], dtype: type.dtype, producer: id }
      this.tensors.push(tensor)
      return tensor.id
    })
    this.nodes.push({ id, op, inputs: [...inputs], outputs: made, call: this.open?.id ?? null, span })
    return made
  }

  /** Whether a listed call is running: whatever runs now belongs to it. */
  get isWithinCall(): boolean {
    return this.open !== null
  }

  /**
   * Runs `body` as one call that a person would name; nested calls belong to the outermost one open.
   * `outputs` picks the tensors that it returned. Functions called inside a leaf module are not listed by themselves.
   * A function that computes nothing here (its operands are plain data) is not listed.
   */
  withinCall<T>(call: Omit<OpenCall, 'id'>, body: () => T, outputs: (result: T) => readonly TensorId[]): T {
    if (this.open !== null) return body()
    const id = this.calls.length
    const firstNode = this.nodes.length
    const times = this.timesCalled.get(call.name) ?? 0
    const opened: OpenCall = { ...call, id }
    // Holds its place in execution order until its outputs are known.
    this.calls.push({ ...opened, call: times, outputs: [] })
    this.open = opened
    try {
      const result = body()
      const returned = outputs(result)
      if (call.kind === 'function' && this.nodes.length === firstNode) {
        this.calls.pop()
      } else {
        this.timesCalled.set(call.name, times + 1)
        this.calls[id] = { ...opened, call: times, outputs: returned }
      }
      return result
    } finally {
      this.open = null
    }
  }

  /** Registers a parameter and gives its id; `make` receives that id. */
  addParameter(make: (id: number) => Parameter): number {
    const id = this.parameters.length
    this.parameters.push(make(id))
    return id
  }

  tensor(id: TensorId): Tensor {
    const tensor = this.tensors[id]
    if (tensor === undefined) throw new RangeError(`no tensor ${id} in this trace`)
    return tensor
  }

  /** The node that made a tensor. */
  producer(id: TensorId): Node {
    const node = this.nodes[this.tensor(id).producer]
    if (node === undefined) throw new RangeError(`no node made tensor ${id}`)
    return node
  }

  /** Nodes recorded so far; tells a caller whether anything happened in between. */
  get nodeCount(): number {
    return this.nodes.length
  }

  /** Calls listed so far; the next one gets this id. */
  get callCount(): number {
    return this.calls.length
  }

  finish(outputs: readonly TensorId[], idleApplies: readonly IdleApply[] = []): Graph {
    const { tensors, nodes, calls, parameters } = this
    return { tensors, nodes, calls, parameters, outputs, ...(idleApplies.length === 0 ? {} : { idleApplies }) }
  }
}
