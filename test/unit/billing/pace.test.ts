import { createPace } from '#services/billing/providers/pace.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { repeatUnavailable } from '#services/billing/providers/repeat-unavailable.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

describe('calls of an import', () => {
  it('begin at most as often as allowed, and at once after a pause', async () => {
    const timers = createVirtualTimers()
    const pace = createPace(timers, 20)
    const begun: number[] = []
    const begin = timers.monotonic()
    const calls = Array.from({ length: 5 }, () => pace().then(() => begun.push(timers.monotonic() - begin)))
    await timers.advance(200)
    await Promise.all(calls)
    expect(begun).toEqual([0, 50, 100, 150, 200])
    await timers.advance(1_000)
    await pace()
    expect(timers.monotonic() - begin).toBe(1_200)
  })

  it('are repeated while the provider does not respond, and not after another error', async () => {
    const timers = createVirtualTimers()
    let attempts = 0
    const limited = repeatUnavailable(timers, () => {
      attempts++
      return attempts < 4 ? Promise.reject(new ProviderUnavailable('too many requests')) : Promise.resolve('read')
    })
    await timers.advance(3_500)
    expect([await limited, attempts]).toEqual(['read', 4])
    const wrong = repeatUnavailable(timers, () => Promise.reject(new Error('not found')))
    await expect(wrong).rejects.toThrow('not found')
  })
})
