/** Whether what arrived is of the protocol: nothing else is read. */
import type { EditRequest, FromWebview, PanelState, ToWebview } from './messages'

type Check = (value: unknown) => boolean
const isString: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isBoolean: Check = (value) => typeof value === 'boolean'
const isArray: Check = (value) => Array.isArray(value)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const shaped =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]))

const isSizes: Check = (value) => isRecord(value) && Object.values(value).every((size) => Number.isSafeInteger(size) && Number(size) > 0)

const isSpan = shaped({ file: isString, start: isNumber, end: isNumber, line: isNumber, column: isNumber })
const isInput = listOf(shaped({ shape: listOf(isNumber), distribution: shaped({ kind: oneOf('normal', 'uniform', 'tokens', 'oneHot') }) }))
const isRemark = shaped({ message: isString, span: orNull(isSpan) })
const isOptions = shaped({ modelExpression: orNull(isString), input: orNull(isInput), sizes: isRecord })
const isSettings = shaped({
  healthyZone: (value) => listOf(isNumber)(value) && (value as unknown[]).length === 2,
  xavierVariance: oneOf('glorot', 'lesson'),
  distribution: oneOf('normal', 'uniform'),
})
/** Its own extension built it from the same sources: the outline is checked, not every tensor. */
const isModel = shaped({
  name: isString,
  framework: isString,
  assumptions: isArray,
  input: isInput,
  weights: isArray,
  findings: isArray,
  graph: shaped({ tensors: isArray, nodes: isArray, calls: isArray, parameters: isArray, outputs: isArray }),
  current: shaped({ forward: isArray, backward: isArray }),
  recommended: shaped({ forward: isArray, backward: isArray }),
})
const isMoment = orNull(shaped({ secondMoment: isNumber, standardError: isNumber }))
const isHunk = shaped({
  file: isString,
  beforeLine: isNumber,
  afterLine: isNumber,
  lines: listOf(shaped({ kind: oneOf('same', 'removed', 'added'), text: isString })),
})

const toWebviewChecks: Readonly<Record<ToWebview['type'], Check>> = {
  analysis: shaped({
    file: isString,
    label: isString,
    version: isNumber,
    unread: listOf(isRemark),
    message: orNull(isString),
    pinned: isBoolean,
    tried: isSizes,
    waiting: listOf(isString),
    models: listOf(shaped({ name: isString, framework: isString, line: orNull(isNumber) })),
    model: orNull(isModel),
    options: isOptions,
    settings: isSettings,
    measuring: oneOf('ready', 'untrusted', 'unavailable'),
  }),
  sizes: shaped({
    file: isString,
    version: isNumber,
    knobs: listOf(shaped({ id: isString, label: isString, value: isNumber, spans: listOf(isSpan) })),
  }),
  written: shaped({ file: isString, version: isNumber, model: orNull(isModel) }),
  stale: shaped({ version: isNumber }),
  cursor: shaped({ line: orNull(isNumber) }),
  measureProgress: shaped({ done: isNumber, total: isNumber, message: isString }),
  measureResult: shaped({
    measurement: shaped({
      model: isString,
      version: isNumber,
      seeds: isNumber,
      environment: isString,
      calls: listOf(shaped({ name: isString, call: isNumber, forward: isMoment, backward: isMoment })),
    }),
  }),
  measureError: shaped({ message: isString, detail: orNull(isString), action: orNull(oneOf('chooseInterpreter', 'showLog')) }),
  measureCancelled: isRecord,
  preview: shaped({ id: isNumber, hunks: listOf(isHunk), reason: orNull(isString) }),
  done: shaped({ id: isNumber, ok: isBoolean, message: isString }),
  focus: shaped({ call: isString, times: isNumber }),
}

const editChecks: Readonly<Record<EditRequest['kind'], Check>> = {
  recommended: isRecord,
  parameters: shaped({ parameters: listOf(isNumber) }),
  finding: shaped({ finding: isNumber }),
  experiment: shaped({
    initializers: listOf(
      shaped({ parameter: isNumber, initializer: shaped({ label: isString, distribution: shaped({ kind: isString }) }) }),
    ),
    activations: listOf(shaped({ node: isNumber, fn: shaped({ name: isString }) })),
  }),
}
const isEdit: Check = (value) =>
  isRecord(value) && (editChecks as Readonly<Record<string, Check | undefined>>)[String(value['kind'])]?.(value) === true

const fromWebviewChecks: Readonly<Record<FromWebview['type'], Check>> = {
  ready: isRecord,
  selectModel: shaped({ name: isString }),
  setModelExpression: shaped({ expression: orNull(isString) }),
  setInput: shaped({ input: orNull(isInput) }),
  setSize: shaped({ name: isString, value: orNull(isNumber) }),
  trySizes: shaped({ sizes: isSizes }),
  reveal: shaped({ span: isSpan, preserveFocus: isBoolean }),
  preview: shaped({ id: isNumber, version: isNumber, edit: isEdit }),
  apply: shaped({ id: isNumber, version: isNumber, edit: isEdit }),
  measureStart: shaped({ seeds: isNumber, seconds: isNumber }),
  measureCancel: isRecord,
  export: shaped({
    id: isNumber,
    format: oneOf('markdown', 'latex', 'csv', 'json', 'svg', 'png'),
    copy: isBoolean,
    fileName: isString,
    content: isString,
  }),
  setPinned: shaped({ pinned: isBoolean }),
  chooseInterpreter: isRecord,
  manageTrust: isRecord,
  showLog: isRecord,
  openSettings: isRecord,
  problem: shaped({ message: isString }),
}

function passes(checks: Readonly<Record<string, Check>>, message: unknown): boolean {
  return (
    isRecord(message) &&
    typeof message['type'] === 'string' &&
    Object.hasOwn(checks, message['type']) &&
    checks[message['type']]?.(message) === true
  )
}

/** Whether a message that arrived in the panel is one of ours, well formed. */
export function isToWebview(message: unknown): message is ToWebview {
  return passes(toWebviewChecks, message)
}

/** Whether a message that arrived in the extension is one of ours, well formed. */
export function isFromWebview(message: unknown): message is FromWebview {
  return passes(fromWebviewChecks, message)
}

/** Whether a state handed to a restored panel is one that this version wrote. */
export function isPanelState(state: unknown): state is PanelState {
  return shaped({ file: orNull(isString), model: orNull(isString), options: isOptions, pinned: isBoolean, tried: isSizes })(state)
}
