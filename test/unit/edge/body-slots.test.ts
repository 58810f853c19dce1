import { BodySlots } from '#edge/http/body-slots.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const here = () => new AbortController().signal
const limits = { total: 100, perSender: 60, waitMilliseconds: 60_000, waiting: 3 }

describe('memory for request bodies', () => {
  it('admits bodies up to the total limit, and the next one when one is done', async () => {
    const slots = new BodySlots(systemTimers, limits)
    const first = await slots.take('a', 60, here())
    await slots.take('b', 40, here())
    let admitted = false
    const third = slots.take('c', 10, here()).then((release) => {
      admitted = true
      return release
    })
    await new Promise(setImmediate)
    expect(admitted).toBe(false)
    first!()
    expect(await third).toBeInstanceOf(Function)
  })

  it('makes a sender above its share wait, while others proceed', async () => {
    const slots = new BodySlots(systemTimers, limits)
    const first = await slots.take('a', 50, here())
    let second: unknown
    void slots.take('a', 20, here()).then((release) => (second = release))
    expect(await slots.take('b', 50, here())).toBeInstanceOf(Function)
    expect(second).toBeUndefined()
    first!()
    await new Promise(setImmediate)
    expect(second).toBeInstanceOf(Function)
  })

  it('rejects requests that wait too long or are too many, and never releases memory twice', async () => {
    const slots = new BodySlots(systemTimers, { ...limits, waitMilliseconds: 5, waiting: 1 })
    const first = await slots.take('a', 60, here())
    const waiting = slots.take('a', 60, here())
    expect(await slots.take('a', 60, here())).toBeNull()
    expect(await waiting).toBeNull()
    first!()
    first!()
    await slots.take('a', 60, here())
    expect(await slots.take('b', 60, here())).toBeNull()
  })

  it('removes a disconnected sender from the queue', async () => {
    const slots = new BodySlots(systemTimers, limits)
    await slots.take('a', 60, here())
    const leaving = new AbortController()
    const waiting = slots.take('a', 60, leaving.signal)
    leaving.abort()
    expect(await waiting).toBeNull()
  })
})
