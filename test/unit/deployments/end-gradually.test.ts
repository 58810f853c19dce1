import { endGradually } from '#services/deployments/commands/end-gradually.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

describe('The end of waiting polls [SC7]', () => {
  it('spreads them over the second half of the time, oldest first, with those that come in between', async () => {
    const timers = createVirtualTimers()
    const open = new Set<number>()
    const ended: { poll: number; at: number }[] = []
    const cancel = (poll: number) => {
      open.delete(poll)
      ended.push({ poll, at: timers.monotonic() })
    }
    const add = (poll: number) => open.add(poll)
    for (let poll = 0; poll < 1000; poll++) add(poll)
    const done = endGradually(timers, 4000, () => [...open].map((poll) => ({ cancel: () => cancel(poll) })))
    await timers.advance(1000)
    for (let poll = 1000; poll < 1100; poll++) add(poll)
    await timers.advance(2000)
    for (let poll = 1100; poll < 1200; poll++) add(poll)
    await timers.advance(1000)
    await done
    expect(ended.map(({ poll }) => poll)).toEqual(Array.from({ length: 1200 }, (_, poll) => poll))
    const perQuarter = [0, 1000, 2000, 3000].map(
      (from) => ended.filter(({ at }) => at >= from && at < from + 1000).length,
    )
    expect(perQuarter).toEqual([0, 0, 560, 640])
    const perStep = Map.groupBy(ended, ({ at }) => at)
    expect(Math.max(...[...perStep.values()].map((polls) => polls.length))).toBeLessThan(40)
  })

  it('ends nothing itself without time', async () => {
    const timers = createVirtualTimers()
    const canceled: number[] = []
    const done = endGradually(timers, 0, () => [{ cancel: () => void canceled.push(1) }])
    await timers.advance(10)
    await done
    expect(canceled).toEqual([])
  })
})
