import {
  addMonths,
  billingPeriod,
  countsSince,
  windowAt,
  windowsIn,
} from '#services/entitlements/model/quota-window.js'

const at = (text: string) => new Date(text)
const ANY = at('2026-01-01T00:00:00Z')

describe('usage window', () => {
  it.each([
    ['2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
    ['2027-01-01T00:00:00.000Z', '2027-01-01', '2027-02-01'],
    ['2028-02-29T23:59:59.999Z', '2028-02-01', '2028-03-01'],
    ['2028-03-01T00:00:00.000Z', '2028-03-01', '2028-04-01'],
    ['2026-02-28T23:59:59.999Z', '2026-02-01', '2026-03-01'],
  ])('of a calendar month at %s is %s to %s', (moment, start, end) => {
    expect(windowAt('month', ANY, at(moment))).toEqual({ start: at(start), end: at(end), sliding: false })
  })

  it.each([
    ['hour', '2026-12-31T23:59:59.999Z', '2026-12-31T23:00:00Z', '2027-01-01T00:00:00Z'],
    ['hour', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z'],
    ['day', '2028-02-29T23:59:59.999Z', '2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['day', '2028-03-01T00:00:00.000Z', '2028-03-01T00:00:00Z', '2028-03-02T00:00:00Z'],
    // From Monday to Sunday, over the end of a year.
    ['week', '2026-12-28T00:00:00.000Z', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['week', '2027-01-03T23:59:59.999Z', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['week', '1969-12-31T00:00:00.000Z', '1969-12-29T00:00:00Z', '1970-01-05T00:00:00Z'],
  ] as const)('of a %s at %s is %s to %s', (window, moment, start, end) => {
    expect(windowAt(window, ANY, at(moment))).toEqual({ start: at(start), end: at(end), sliding: false })
    expect(countsSince(window, ANY, at(moment))).toEqual(at(start))
  })

  it.each([
    // Half an hour beside UTC.
    ['hour', 'Asia/Kolkata', '2026-03-15T22:40:00Z', '2026-03-15T22:30:00Z', '2026-03-15T23:30:00Z'],
    ['day', 'Asia/Kolkata', '2026-03-15T18:29:59.999Z', '2026-03-14T18:30:00Z', '2026-03-15T18:30:00Z'],
    ['day', 'Asia/Kolkata', '2026-03-15T18:30:00.000Z', '2026-03-15T18:30:00Z', '2026-03-16T18:30:00Z'],
    // The days on which the clocks change have 23 and 25 hours.
    ['day', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    ['day', 'America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    // The hour from one to two is there twice.
    ['hour', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z'],
    ['hour', 'America/New_York', '2026-11-01T06:30:00Z', '2026-11-01T06:00:00Z', '2026-11-01T07:00:00Z'],
    // Midnight does not exist on the day on which the clocks change.
    ['day', 'America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z'],
    // A day was left out.
    ['day', 'Pacific/Apia', '2011-12-30T10:30:00Z', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z'],
    ['week', 'Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['month', 'Pacific/Auckland', '2026-12-31T11:00:00Z', '2026-12-31T11:00:00Z', '2027-01-31T11:00:00Z'],
    ['month', 'America/Los_Angeles', '2028-03-01T07:59:59Z', '2028-02-01T08:00:00Z', '2028-03-01T08:00:00Z'],
  ] as const)('of a %s in %s at %s is %s to %s', (window, timeZone, moment, start, end) => {
    expect(windowAt(window, ANY, at(moment), timeZone)).toEqual({ start: at(start), end: at(end), sliding: false })
    expect(countsSince(window, ANY, at(moment), timeZone)).toEqual(at(start))
  })

  it('contains its moment in every time zone, and begins at the end of the window before', () => {
    // Days on which the clocks of many countries change, and others.
    const moments = [
      '2026-03-08T10:17:00Z',
      '2026-03-29T12:30:00Z',
      '2026-07-01T00:00:00Z',
      '2026-10-25T01:30:00Z',
    ].map(at)
    for (const timeZone of Intl.supportedValuesOf('timeZone'))
      for (const window of ['day', 'month'] as const)
        for (const moment of moments) {
          const { start, end } = windowAt(window, ANY, moment, timeZone)
          expect([start <= moment, moment < end]).toEqual([true, true])
          const before = windowAt(window, ANY, new Date(start.getTime() - 1), timeZone)
          expect([timeZone, window, before.end]).toEqual([timeZone, window, start])
        }
  })

  it.each(['billing_period', '30d', null] as const)('of %s is the same in every time zone', (window) => {
    const moment = at('2026-03-15T23:40:00Z')
    expect(windowAt(window, ANY, moment, 'Asia/Kolkata')).toEqual(windowAt(window, ANY, moment))
  })

  it.each([
    ['hour', 3, 3],
    ['day', 24 * 28, 28],
    ['week', 24 * 31, 4],
    ['month', 24 * 365, 12],
    ['billing_period', 24 * 28, 1],
    ['week', 1, 1],
  ] as const)('of a %s is in %s hours %s times', (window, hours, times) => {
    expect(windowsIn(window, hours * 3_600_000)).toBe(times)
  })

  it.each([
    ['2026-01-31T10:00:00Z', '2026-02-15T00:00:00Z', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z'],
    ['2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z', '2026-02-28T10:00:00Z', '2026-03-31T10:00:00Z'],
    ['2026-01-31T10:00:00Z', '2026-02-28T09:59:59.999Z', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z'],
    ['2028-01-31T10:00:00Z', '2028-02-29T09:00:00Z', '2028-01-31T10:00:00Z', '2028-02-29T10:00:00Z'],
    ['2027-12-15T00:00:00Z', '2028-01-01T00:00:00Z', '2027-12-15T00:00:00Z', '2028-01-15T00:00:00Z'],
    ['2028-02-29T12:00:00Z', '2029-02-28T12:00:00Z', '2029-02-28T12:00:00Z', '2029-03-29T12:00:00Z'],
    ['2026-05-20T08:00:00Z', '2026-05-20T07:59:59Z', '2026-04-20T08:00:00Z', '2026-05-20T08:00:00Z'],
  ])('for a billing period anchored at %s is, at %s, %s to %s', (anchor, moment, start, end) => {
    expect(billingPeriod(at(anchor), at(moment))).toEqual({ start: at(start), end: at(end), sliding: false })
  })

  it('of a billing period counts from the anchor: no month is lost or doubled in eight years', () => {
    const anchor = at('2024-01-31T23:30:00.250Z')
    let moment = anchor
    for (let month = 0; month < 96; month++) {
      const { start, end } = billingPeriod(anchor, moment)
      expect([start, end]).toEqual([addMonths(anchor, month), addMonths(anchor, month + 1)])
      expect(billingPeriod(anchor, new Date(end.getTime() - 1)).start).toEqual(start)
      moment = end
    }
  })

  it('for sliding days is one of sixty buckets, which counts until its end has left the window', () => {
    const moment = at('2026-03-10T13:37:00Z')
    const { start, end, sliding } = windowAt('30d', ANY, moment)
    expect([start, end, sliding]).toEqual([at('2026-03-10T12:00:00Z'), at('2026-04-10T00:00:00Z'), true])
    expect(end.getTime() - start.getTime()).toBe((30 * 24 + 12) * 3_600_000)
  })

  it('of one-time amounts never ends', () => {
    expect(windowAt(null, ANY, at('2026-03-10T00:00:00Z'))).toEqual(windowAt(null, at('2030-01-01'), at('2199-01-01')))
  })
})
