const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string, width: 2 | 4): string {
  return `\\${width === 2 ? 'x' : 'u'}${character.charCodeAt(0).toString(16).padStart(width, '0')}`
}

/** `repr` of a str: single quotes unless only those occur in it. */
export function strRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text
    .replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character)
    .replace(/[\u0000-\u001f\u007f-\u00a0\u00ad]/g, (character) => escaped(character, 2))
    .replace(/[\u2028\u2029\u200b-\u200f\ufeff]/g, (character) => escaped(character, 4))
    .replaceAll(quote, `\\${quote}`)
  return quote + body + quote
}
