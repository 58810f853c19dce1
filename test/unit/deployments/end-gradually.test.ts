import { endGradually } from '#services/deployments/commands/end-gradually.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

describe('The end of waiting polls', () => {
  const begin = (count: number, milliseconds: number) => {
    const timers = createVirtualTimers()
    const ended: { poll: number; at: number }[] = []
    const polls = Array.from({ length: count }, (_, poll) => ({
      cancel: () => void ended.push({ poll, at: timers.monotonic() }),
    }))
    return { timers, ended, done: endGradually(timers, milliseconds, polls) }
  }

  it('is spread over the second half of the time, in their order', async () => {
    const { timers, ended, done } = begin(1000, 4000)
    await timers.advance(4000)
    await done
    expect(ended.map(({ poll }) => poll)).toEqual(Array.from({ length: 1000 }, (_, poll) => poll))
    const perSecond = [0, 1000, 2000, 3000].map(
      (from) => ended.filter(({ at }) => at >= from && at < from + 1000).length,
    )
    expect(perSecond).toEqual([0, 0, 500, 500])
    const perStep = Map.groupBy(ended, ({ at }) => at)
    expect([...perStep.values()].map((polls) => polls.length)).toEqual(Array.from({ length: 40 }, () => 25))
  })

  it('catches up after the process was suspended', async () => {
    const { timers, ended, done } = begin(10, 4000)
    await timers.advance(2500)
    timers.skip(5000)
    await timers.advance(100)
    await done
    expect(ended).toHaveLength(10)
  })

  it('needs no time without polls', async () => {
    const { timers, ended, done } = begin(0, 4000)
    await timers.advance(2000)
    await done
    expect(ended).toEqual([])
  })
})
