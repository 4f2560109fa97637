/**
 * A notebook cell's text with what is not Python blanked out, length and lines unchanged: `%magic` and `!shell` lines, `?help` lines, and
 * the whole of a cell in another language (`%%bash`). `%%time` and its kind keep the lines below.
 */
export function maskMagics(cell: string): string {
  const first = /^\s*%%(\w+)/.exec(cell)
  if (first !== null && !pythonCellMagics.has(first[1] ?? '')) return blank(cell)
  return cell
    .split('\n')
    .map((line) => (notPython.test(line) ? blank(line) : line))
    .join('\n')
}

/** Cell magics whose body is Python. */
const pythonCellMagics: ReadonlySet<string> = new Set(['time', 'timeit', 'capture', 'prun', 'python', 'python3', 'memit', 'mprun', 'debug'])

/** `%matplotlib inline`, `!pip install`, `files = !ls`, `?nn.Linear`, `nn.Linear??`. */
const notPython = /^\s*(?:[%!?]|[\w.]+\s*=\s*[%!]|[\w.]+\?{1,2}\s*$)/

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
