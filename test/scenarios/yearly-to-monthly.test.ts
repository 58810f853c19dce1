import { openHouse, type House } from '../support/house.js'
import { accountOf, change, changesAsked, invoicedTo, previewChange, subscribe } from '../support/subscribers.js'

// Plus by the year from 15 January 2026, 10:00: 200 dollars. By the month it is 20.
describe('From the year back to the month', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house.close())

  it('by the month again, when the year that is paid is over: nothing before, 20 dollars then', async () => {
    const ida = await subscribe(house, 'ida@example.com', { plan: 'plus', interval: 'YEAR' })
    const jon = await subscribe(house, 'jon@example.com', { plan: 'plus', interval: 'YEAR' })
    const yearEnd = '2027-01-15T10:00:00.000Z'
    expect(await previewChange(house, ida, { plan: 'plus', interval: 'MONTH' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '20.00' },
      nextDate: yearEnd,
      effectiveAt: yearEnd,
    })
    const before = await changesAsked(house)
    for (const person of [ida, jon])
      expect(await change(house, person, 'changePlan', { plan: 'plus', interval: 'MONTH' })).toMatchObject({
        effectiveAt: yearEnd,
        subscription: { currentPeriodEnd: yearEnd, plannedChange: { plan: { code: 'plus' } } },
      })
    // Jon thinks better of it; as the provider was never told, it is not asked either.
    expect(await change(house, jon, 'resumeSubscription')).toMatchObject({ plannedChange: null })
    expect(await changesAsked(house)).toBe(before)
    await house.advanceTo('2027-01-15T09:30:00Z')
    expect(await accountOf(house, ida)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', plannedChange: { effectiveAt: yearEnd } },
    })
    expect(await change(house, ida, 'changePlan', { plan: 'individual' })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
      remedies: [{ kind: 'WAIT' }],
    })
    await house.advanceTo('2027-01-15T12:00:00Z')
    expect(await accountOf(house, ida)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', plannedChange: null, currentPeriodEnd: '2027-02-15T10:00:00.000Z' },
    })
    expect((await invoicedTo(house, ida)).filter((total) => total > 0)).toEqual([2000, 20000])
    expect((await invoicedTo(house, jon)).filter((total) => total > 0)).toEqual([20000, 20000])
  })
})
