import { databaseTime, openStoredClock } from '#services/kernel/clock/business-clock.js'
import { eventually } from '#test/support/test-server.js'
import { startTestKernel, START, type Instance, type Kernel } from '#test/support/kernel.js'
import { query, queryRow } from '#test/support/plain-sql.js'

const later = (hours: number) => new Date(START.getTime() + hours * 3_600_000)

describe('business clock', () => {
  let kernel: Kernel
  let other: Instance
  beforeAll(async () => {
    kernel = await startTestKernel()
    other = await kernel.another()
  })
  afterAll(() => kernel.close())

  it('does not move by itself', async () => {
    expect(kernel.context.clock.now()).toEqual(START)
    await new Promise((wake) => setTimeout(wake, 20))
    expect(kernel.context.clock.now()).toEqual(START)
    expect(kernel.context.clock.movable).toBe(true)
  })

  it('moves in every instance', async () => {
    await kernel.context.clock.set(later(1))
    expect(kernel.context.clock.now()).toEqual(later(1))
    await eventually(
      () => other.context.clock.now().getTime(),
      (time) => time === later(1).getTime(),
    )
    expect(await other.context.clock.refresh()).toEqual(later(1))
  })

  it('never moves backwards: here, in the sandbox and in the table', async () => {
    await kernel.context.clock.set(later(5))
    await other.context.clock.set(later(3))
    await kernel.context.clock.set(START)
    expect(kernel.context.clock.now()).toEqual(later(5))
    expect(await other.context.clock.refresh()).toEqual(later(5))
    expect(await query(kernel.context.database, `select now from business_clock`)).toEqual([{ now: later(5) }])
  })

  it('ends at the latest of concurrent moves', async () => {
    const hours = [9, 12, 7, 11, 10]
    await Promise.all(hours.map((hour, index) => (index % 2 ? kernel : other).context.clock.set(later(hour))))
    expect(await kernel.context.clock.refresh()).toEqual(later(12))
    expect(await other.context.clock.refresh()).toEqual(later(12))
  })

  it('is stored: a new process continues at the stored time, regardless of its own start time', async () => {
    const { database, notifier } = kernel.context
    const restarted = await openStoredClock(database, notifier, new Date('2030-01-01T00:00:00Z'))
    expect(restarted.now()).toEqual(later(12))
  })

  it('cannot be changed through its returned date', () => {
    kernel.context.clock.now().setFullYear(1999)
    expect(kernel.context.clock.now()).toEqual(later(12))
  })

  it("is the database's time outside the sandbox, and cannot be moved", async () => {
    const { database, machineClock } = kernel.context
    const clock = databaseTime(machineClock)
    const databaseNow = async () =>
      (await queryRow<{ ms: number }>(database, `select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`))!
        .ms
    const before = await databaseNow()
    const shown = (await clock.refresh()).getTime()
    const after = await databaseNow()
    // The precision of the measurement depends on the duration of the query.
    const tolerance = after - before + 5
    expect(shown).toBeGreaterThan(before - tolerance)
    expect(shown).toBeLessThan(after + tolerance)
    expect(clock.movable).toBe(false)
    await expect(clock.set(START)).rejects.toThrow('only in sandbox mode')
  })
})
