export function MeasureBar() {
  return null
}
