/** Grammars as the product carries them: packed, since each is larger than all that reads with it. */

/** What Node and browsers share of the web's streams. */
declare class Blob {
  constructor(parts: readonly Uint8Array[])
  stream(): { pipeThrough(transform: DecompressionStream): object }
}
declare class DecompressionStream {
  constructor(format: 'gzip')
}
declare class Response {
  constructor(body: object)
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The bytes themselves, or what they unpack to where they are gzip's (RFC 1952: they start with 1f 8b). */
export async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer())
}
