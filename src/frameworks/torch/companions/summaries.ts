/** Libraries that summarize a model: they are told the shape of its input, which is all that they say here. */

import { asIntegers } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import { type Bound, native, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { batchSize } from '../discover/shapes'
import { moduleHistory } from '../module/instances'
import { isModule } from '../module/registry'
import { isTensor } from '../tensor'

/** One shape or several; `withBatch` says whether they have the batch's axis. */
function shapesOf(value: Value, withBatch: boolean): readonly (readonly number[])[] {
  const one = asIntegers(value)
  const shapes =
    one !== undefined ? [one] : value.kind === 'tuple' || value.kind === 'list' ? value.items.map((item) => asIntegers(item)) : []
  return shapes.flatMap((shape) => (shape === undefined ? [] : [withBatch ? shape : [batchSize, ...shape]]))
}

function tell(interpreter: Interpreter, model: Value, shapes: readonly (readonly number[])[]): void {
  if (isModule(model) && shapes.length > 0) moduleHistory(interpreter).told.set(model, shapes)
}

function tensorShapes(value: Value): readonly (readonly number[])[] {
  const items = value.kind === 'tuple' || value.kind === 'list' ? value.items : [value]
  return items.filter(isTensor).map(({ payload }) => payload.shape)
}

const nothing = (interpreter: Interpreter, args: Bound): Value => interpreter.unknown('summaries of a model are not made', args.span)

const torchsummary = native('summary(model, input_size, batch_size=-1, device=None, *args, **kwargs)', (args, interpreter) => {
  tell(interpreter, args.value('model'), shapesOf(args.value('input_size'), false))
  return none
})

const torchinfo = native('summary(model, input_size=None, input_data=None, batch_dim=None, *args, **kwargs)', (args, interpreter) => {
  const size = args.value('input_size')
  const withBatch = args.value('batch_dim').kind === 'none'
  tell(interpreter, args.value('model'), size.kind === 'none' ? tensorShapes(args.value('input_data')) : shapesOf(size, withBatch))
  return nothing(interpreter, args)
})

const profile = native('profile(model, inputs=None, *args, **kwargs)', (args, interpreter) => {
  tell(interpreter, args.value('model'), tensorShapes(args.value('inputs')))
  return tuple([nothing(interpreter, args), nothing(interpreter, args)])
})

const complexity = native('get_model_complexity_info(model, input_res, *args, **kwargs)', (args, interpreter) => {
  tell(interpreter, args.value('model'), shapesOf(args.value('input_res'), false))
  return tuple([nothing(interpreter, args), nothing(interpreter, args)])
})

const one = (name: string, functions: readonly (readonly [string, Value])[]) =>
  [
    name,
    (interpreter: Interpreter): ModuleValue =>
      nativeModule(name, functions, (other) => interpreter.unknown(`\`${name}.${other}\` is not read`)),
  ] as const

export const summaryModules = [
  one('torchsummary', [['summary', torchsummary]]),
  one('torchsummaryX', [['summary', profile]]),
  one('torchinfo', [['summary', torchinfo]]),
  one('torchstat', [['stat', complexity]]),
  one('thop', [['profile', profile]]),
  one('ptflops', [['get_model_complexity_info', complexity]]),
]
