/** Frames, as `inspect.currentframe` gives them: those of functions; of a file's own level none is kept. */
import type { ParameterKind } from '../ast'
import { tupleClass } from '../builtins'
import type { Frame, Interpreter } from '../host'
import { list, none, str, stringDict } from '../make'
import { getter, native, nativeClass } from '../native'
import type { BuiltinValue, InstanceValue, TupleValue, UnknownValue, Value } from '../values'
import { namedTupleAttributes } from './namedtuple'

/** Those that a frame of the program was called in, itself the last. */
interface FramePayload {
  readonly frames: readonly Frame[]
}

function framesOf(value: Value): readonly Frame[] {
  return value.kind === 'instance' && value.cls === frameClass ? (value.payload as FramePayload).frames : []
}

const attribute = (name: string, read: (frame: Frame, interpreter: Interpreter) => Value): [string, Value] => [
  name,
  getter(name, (self, interpreter) => {
    const frame = framesOf(self).at(-1)
    return frame === undefined ? self : read(frame, interpreter)
  }),
]

const codeClass = nativeClass({ name: 'code', qualifiedName: 'types.CodeType' })

const frameClass = nativeClass({
  name: 'frame',
  qualifiedName: 'types.FrameType',
  attributes: [
    attribute('f_locals', ({ variables }, interpreter) =>
      variables === undefined ? interpreter.unknown('what is bound where this text is run is not known') : stringDict(variables),
    ),
    attribute('f_code', ({ functionName, fn }) => ({
      kind: 'instance',
      cls: codeClass,
      payload: null,
      span: null,
      attributes: new Map([['co_name', str(fn?.name ?? functionName)]]),
    })),
    ['f_back', getter('f_back', (self, interpreter) => frameValue(framesOf(self).slice(0, -1), interpreter))],
    ...['f_globals', 'f_builtins', 'f_lineno', 'f_lasti', 'f_trace'].map((name) =>
      attribute(name, (_, interpreter) => interpreter.unknown(`\`${name}\` of a frame is not known`)),
    ),
  ],
})

function frameValue(frames: readonly Frame[], interpreter: Interpreter): InstanceValue | UnknownValue {
  const frame = frames.at(-1)
  if (frame === undefined) return interpreter.unknown("the frame of a file's own level is not kept")
  const payload: FramePayload = { frames: [...frames] }
  return { kind: 'instance', cls: frameClass, payload, span: frame.callSpan, attributes: new Map() }
}

const argInfoFields = ['args', 'varargs', 'keywords', 'locals'] as const
const argInfo = nativeClass({
  name: 'ArgInfo',
  qualifiedName: 'inspect.ArgInfo',
  bases: [tupleClass],
  attributes: namedTupleAttributes('ArgInfo', argInfoFields, new Map()),
})

/** As CPython lists them: the positional ones, those by keyword, and by themselves what takes the rest. */
function argumentsOf({ fn }: Frame, locals: Value): TupleValue {
  const parameters = (...kinds: readonly ParameterKind[]): Value[] =>
    (fn?.node.parameters ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ name }) => str(name))
  const args = list([...parameters('positionalOnly', 'positional'), ...parameters('keywordOnly')])
  return { kind: 'tuple', cls: argInfo, items: [args, parameters('star')[0] ?? none, parameters('doubleStar')[0] ?? none, locals] }
}

export const frameFunctions: readonly BuiltinValue[] = [
  native('currentframe()', (_, interpreter) => frameValue(interpreter.frames, interpreter)),
  native('getargvalues(frame)', (args, interpreter) => {
    const given = args.value('frame')
    if (given.kind === 'unknown') return given
    interpreter.getAttribute(given, 'f_code', args.span)
    const frame = framesOf(given).at(-1)
    if (frame === undefined) return interpreter.unknown('the arguments of this are not known', args.span)
    return argumentsOf(frame, interpreter.getAttribute(given, 'f_locals', args.span))
  }),
]
