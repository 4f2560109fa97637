// Moments of one tensor, and means over seeds with their standard errors.
function quantities(values) {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  return { mean: sum / values.length, secondMoment: squares / values.length }
}

const significant = (value, digits = 5) => (Number.isFinite(value) ? Number(value.toPrecision(digits)) : null)

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

function standardError(values) {
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length)
}

function quantile(ordered, share) {
  const position = share * (ordered.length - 1)
  const low = Math.floor(position)
  return ordered[low] + (ordered[Math.ceil(position)] - ordered[low]) * (position - low)
}

/** As media/measure.py summarizes. */
function summarize(each) {
  const means = each.map(({ mean }) => mean)
  const moments = each.map(({ secondMoment }) => secondMoment).sort((a, b) => a - b)
  return {
    mean: significant(meanOf(means)),
    meanError: significant(standardError(means), 3),
    secondMoment: significant(meanOf(moments)),
    error: significant(standardError(moments), 3),
    median: significant(quantile(moments, 0.5)),
    p5: significant(quantile(moments, 0.05)),
    p95: significant(quantile(moments, 0.95)),
  }
}

module.exports = { quantities, summarize }
