export interface LegendEntry {
  readonly name: string
  /** The sample of the line or mark, as it is drawn in the panel's legend; null: none is drawn there. */
  readonly swatch: SVGSVGElement | null
}

/** What a picture of the chart says by itself, away from the panel. */
export interface PictureText {
  readonly title: string
  readonly subtitle: string
  readonly legend: readonly LegendEntry[]
}

const namespace = 'http://www.w3.org/2000/svg'
const HEAD = 52
const LEGEND = 26
const MARGIN = 12
const CHARACTER = 7.2

/** Written as attributes, so that the picture needs no style sheet. */
const properties = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-size',
  'font-family',
  'font-weight',
] as const

function inlineStyle(source: Element, target: Element): void {
  const style = getComputedStyle(source)
  for (const property of properties) {
    const value = style.getPropertyValue(property)
    if (value !== '')
      target.setAttribute(property, property === 'stroke-width' || property === 'font-size' ? value.replace('px', '') : value)
  }
  target.removeAttribute('class')
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS(namespace, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  if (text !== '') made.textContent = text
  return made
}

/**
 * The chart as an SVG of its own: title, what was fed, legend, every colour and dash written out.
 * Crosshair and cursor marks stay away.
 */
export function pictureOf(plot: SVGSVGElement, text: PictureText): string {
  const width = plot.width.baseVal.value
  const style = getComputedStyle(document.body)
  const ink = style.color
  const font = style.fontFamily
  const copy = plot.cloneNode(true) as SVGSVGElement
  const originals = [...plot.querySelectorAll('*')]
  copy.querySelectorAll('*').forEach((target, index) => {
    const source = originals[index]
    if (source !== undefined) inlineStyle(source, target)
  })
  const unwanted = ['.crosshair', '.cursor-mark']
    .map((selector) => originals.indexOf(plot.querySelector(selector) ?? plot))
    .filter((index) => index >= 0)
  const copies = [...copy.querySelectorAll('*')]
  for (const index of unwanted) copies[index]?.remove()

  const rows: (LegendEntry & { readonly x: number; readonly y: number })[] = []
  let x = MARGIN
  let y = HEAD
  for (const entry of text.legend) {
    const size = 34 + entry.name.length * CHARACTER + 18
    if (x + size > width && x > MARGIN) {
      x = MARGIN
      y += LEGEND - 6
    }
    rows.push({ ...entry, x, y })
    x += size
  }
  const top = y + LEGEND
  const height = top + plot.height.baseVal.value + MARGIN
  const picture = element('svg', { xmlns: namespace, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font, role: 'img' })
  picture.append(
    element('title', {}, `${text.title}. ${text.subtitle}`),
    element('rect', { width, height, fill: style.backgroundColor }),
    element('text', { x: MARGIN, y: 22, fill: ink, 'font-size': 15, 'font-weight': 600 }, text.title),
    element('text', { x: MARGIN, y: 40, fill: ink, 'font-size': 12 }, text.subtitle),
  )
  for (const row of rows) {
    if (row.swatch !== null) {
      const group = element('g', { transform: `translate(${row.x},${row.y})` })
      for (const part of row.swatch.children) {
        const drawn = part.cloneNode(true) as Element
        inlineStyle(part, drawn)
        group.append(drawn)
      }
      picture.append(group)
    }
    picture.append(element('text', { x: row.x + 32, y: row.y + 10, fill: ink, 'font-size': 12 }, row.name))
  }
  const body = element('g', { transform: `translate(0,${top})` })
  body.append(...copy.childNodes)
  picture.append(body)
  return new XMLSerializer().serializeToString(picture)
}

/** The picture as PNG in base64, at twice its size. Rejects where the browser cannot draw it. */
export async function pngOf(svg: string): Promise<string> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 2 * image.naturalWidth
  canvas.height = 2 * image.naturalHeight
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png').split(',')[1] ?? ''
}
