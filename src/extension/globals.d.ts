/** What both extension hosts, Node's and the browser's, have and the ES library does not name. Nothing else may be used outside `node/`. */
declare function setTimeout(callback: () => void, milliseconds: number): number
declare function clearTimeout(handle: number | undefined): void
declare function setInterval(callback: () => void, milliseconds: number): number
declare function clearInterval(handle: number | undefined): void
declare const performance: { now(): number }
declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T }
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean })
  decode(bytes: Uint8Array): string
}
declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare function atob(base64: string): string
