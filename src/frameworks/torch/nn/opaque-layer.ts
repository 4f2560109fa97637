/** Classes of torch.nn that are not modelled: they can be built and called, and what they give is Unknown with their name. */
import { none } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import type { ClassValue } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'

export function opaqueLayer(name: string, moduleClass: ClassValue): ClassValue {
  const reason = `nn.${name} is not modelled`
  return nativeClass({
    name,
    qualifiedName: `torch.nn.${name}`,
    bases: [moduleClass],
    attributes: [
      method('__init__(self, *args, **kwargs)', (args, interpreter) => {
        const module = selfModule(args, interpreter)
        beginModule(interpreter, module)
        interpreter.note({ kind: 'unread', message: reason, span: args.span })
        return none
      }),
      method('__getattr__(self, name)', (args, interpreter) => interpreter.unknown(reason, args.span)),
      method('forward(self, *input, **kwargs)', (args, interpreter) => interpreter.unknown(reason, args.span)),
    ].map((each) => [each.name, each] as const),
  })
}
