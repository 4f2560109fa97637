import type { PackedMessage, ToWebview } from '../../protocol'

/** A message as the bytes of its JSON. Numbers that JSON has no word for become null, as they do in a message that is not packed. */
export function pack(message: ToWebview): PackedMessage {
  // A copy of its own length: the encoder's buffer may be longer.
  return { type: 'packed', json: new Uint8Array(new TextEncoder().encode(JSON.stringify(message))).buffer }
}
