/** `int | str`: what isinstance takes and annotations hold. */
import { str, tuple } from '../make'
import { getter, method, named, nativeClass } from '../native'
import type { InstanceValue, Value } from '../values'

export const unionClass = nativeClass({
  name: 'UnionType',
  qualifiedName: 'types.UnionType',
  attributes: [
    ['__args__', getter('__args__', (self) => tuple([...(membersOf(self) ?? [])]))],
    ...named(
      method('__or__(self, other, /)', (args) => union([args.value('self'), args.value('other')])),
      method('__ror__(self, other, /)', (args) => union([args.value('other'), args.value('self')])),
      method('__repr__(self, /)', (args, interpreter) =>
        str((membersOf(args.value('self')) ?? []).map((each) => (each.kind === 'class' ? each.name : interpreter.repr(each))).join(' | ')),
      ),
    ),
  ],
})

class Union {
  constructor(readonly members: readonly Value[]) {}
}

/** What a union is of; undefined for anything else. */
export function membersOf(value: Value): readonly Value[] | undefined {
  return value.kind === 'instance' && value.payload instanceof Union ? value.payload.members : undefined
}

export function union(members: readonly Value[]): InstanceValue {
  const flat = members.flatMap((each) => membersOf(each) ?? [each])
  return { kind: 'instance', cls: unionClass, attributes: new Map(), payload: new Union(flat), span: null }
}
