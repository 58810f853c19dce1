import { callPayPal } from '#services/billing/providers/paypal/paypal-errors.js'
import { backoffSeconds, startClaimLoop } from '#services/kernel/claim-loop/claim-loop.js'
import { createNewId } from '#services/kernel/ids/ids.js'
import type { Notifier } from '#services/kernel/notifier/notifier.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { repeat, runPeriodically } from '#services/kernel/periodic-jobs/run-periodically.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { createVirtualTimers, type VirtualTimers } from '#test/support/virtual-timers.js'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 15, 10)
const log = createLogger('silent')

describe('claim loop in virtual time', () => {
  /** A loop over a queue in memory, and the times of its calls in seconds. */
  const loopOver = (timers: VirtualTimers, rows: number[], work: () => Promise<void>) => {
    const claimed: { token: string; at: number }[] = []
    const renewed: number[] = []
    const seconds = () => timers.monotonic() / 1000
    const loop = startClaimLoop<number>({
      name: 'test',
      context: {
        log,
        timers,
        random: createSeededRandom(1),
        notifier: { subscribe: () => () => undefined } as unknown as Notifier,
      },
      claim: (token, _lease, limit) => {
        claimed.push({ token, at: seconds() })
        return Promise.resolve(rows.splice(0, limit))
      },
      renew: () => Promise.resolve(void renewed.push(seconds())),
      work,
    })
    return { loop, claimed, renewed }
  }

  it('polls once a second, and the same seed gives the same lease tokens', async () => {
    const run = async () => {
      const timers = createVirtualTimers()
      const { loop, claimed } = loopOver(timers, [], () => Promise.resolve())
      await timers.advance(3_500)
      await loop.stop()
      expect(timers.pending).toBe(0)
      return claimed
    }
    const first = await run()
    expect(first.map(({ at }) => at)).toEqual([0, 1, 2, 3])
    expect(await run()).toEqual(first)
  })

  it('renews a lease every ten seconds while the work lasts, and not after it', async () => {
    const timers = createVirtualTimers()
    const { loop, renewed } = loopOver(timers, [1], () => timers.delay(45_000))
    await timers.advance(120_000)
    expect(renewed).toEqual([10, 20, 30, 40])
    await loop.stop()
  })
})

describe('delays between attempts', () => {
  it('are repeated by a source with the same seed', () => {
    const delays = (seed: number) => {
      const random = createSeededRandom(seed)
      return [1, 2, 3, 4].map((attempts) => backoffSeconds(random, attempts))
    }
    expect(delays(1)).toEqual(delays(1))
    expect(delays(1)).not.toEqual(delays(2))
  })

  it('of calls to PayPal double from a tenth of a second', async () => {
    const timers = createVirtualTimers()
    const times: number[] = []
    const call = callPayPal(
      { metrics: createMetrics(), timers, random: { ...createSeededRandom(1), next: () => 0.5 } },
      () => undefined,
    )
    const failed = call('test', () => {
      times.push(timers.monotonic())
      return Promise.reject(new Error('connection reset'))
    }).catch((error: unknown) => (error as Error).name)
    await timers.advance(1_000)
    expect(await failed).toBe('ProviderUnavailable')
    expect(times).toEqual([0, 100, 300])
  })
})

describe('periodic jobs in virtual time', () => {
  it('never run twice at a time, and run again after a failure', async () => {
    const timers = createVirtualTimers()
    const begun: number[] = []
    const job = repeat({ log, timers }, 1_000, 'test', async () => {
      begun.push(timers.monotonic())
      await timers.delay(2_500)
      throw new Error('failed')
    })
    await timers.advance(7_500)
    expect(begun).toEqual([1_000, 4_000, 7_000])
    const stopped = job.stop()
    await timers.advance(2_500)
    await stopped
    expect(timers.pending).toBe(0)
  })

  it('leave a month of days to other processes while the clock is not trusted', async () => {
    const timers = createVirtualTimers()
    let trusted = false
    let runs = 0
    const machineClock = { isTrusted: () => trusted } as Parameters<typeof runPeriodically>[0]['machineClock']
    const job = runPeriodically({ log, timers, machineClock }, DAY_MS, 'test', () => Promise.resolve(void runs++))
    await timers.advance(30 * DAY_MS)
    expect(runs).toBe(0)
    trusted = true
    await timers.advance(30 * DAY_MS)
    expect(runs).toBe(30)
    expect(timers.now()).toBe(START + 60 * DAY_MS)
    await job.stop()
  })
})

describe('ids of two servers in one process', () => {
  it('depend on the time and the random numbers of each, and do not influence each other', () => {
    const make = (seed: number) => createNewId(createVirtualTimers(), createSeededRandom(seed))
    const alone = make(1)
    const expected = [alone('evt'), alone('evt'), alone('cmd')]
    const one = make(1)
    const other = make(2)
    const between: string[] = []
    const own = (['evt', 'evt', 'cmd'] as const).map((prefix) => {
      between.push(other(prefix))
      return one(prefix)
    })
    expect(own).toEqual(expected)
    expect(between).not.toEqual(expected)
  })
})
