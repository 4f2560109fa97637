/** What was packed; anything else as it is, and null for bytes that are no JSON. */
export function unpack(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'packed') return data
  if (!('json' in data) || !(data.json instanceof ArrayBuffer)) return null
  try {
    return JSON.parse(new TextDecoder().decode(data.json))
  } catch {
    return null
  }
}
