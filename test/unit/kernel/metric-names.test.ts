import { createMetrics } from '#services/kernel/metrics/metrics.js'

/** Abbreviations and multiples of the units seconds and bytes. */
const OTHER_UNITS =
  /_(?:ms|s|milliseconds|microseconds|nanoseconds|minutes|hours|days|kb|kib|mb|mib|kilobytes|megabytes)(?:_|$)/
const TYPES = /(?:^|_)(?:counter|gauge|histogram|summary)(?:_|$)/

describe('Metrics', () => {
  it('have names as the linter of Prometheus wants them', async () => {
    const metrics = await createMetrics().registry.getMetricsAsJSON()
    expect(metrics.length).toBeGreaterThan(40)
    const problems = metrics.flatMap(({ name, help, type }) => {
      const kind = String(type)
      return [
        ...(help ? [] : [`${name} has no text`]),
        ...((kind === 'counter') === name.endsWith('_total') ? [] : [`${name} is a ${kind}`]),
        ...(/_(?:count|sum|bucket|info)$/.test(name) && kind === 'counter' ? [`${name} has a reserved suffix`] : []),
        ...(/^[a-z][a-z0-9_]*$/.test(name) ? [] : [`${name} is not in snake case`]),
        ...(OTHER_UNITS.test(name) ? [`${name} has no base unit`] : []),
        ...(TYPES.test(name) ? [`${name} names its type`] : []),
      ]
    })
    expect(problems).toEqual([])
  })
})
