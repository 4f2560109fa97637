// mocha's spec reporter, which also leaves the numbers for `npm test` to add up.
const { writeFileSync } = require('node:fs')
const { reporters, Runner } = require('mocha')

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const file = options?.reporterOptions?.counts ?? process.env.INIT_LENS_COUNTS
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, pending }))
    })
  }
}

module.exports = CountingReporter
