import { ownTurn } from '#services/kernel/event-loop/own-turn.js'

describe('large work items', () => {
  it('run one per turn of the event loop, in order of arrival', async () => {
    const order: string[] = []
    let turns = 0
    let isDone = false
    const nextTurn = (): void => {
      order.push(`turn ${++turns}`)
      if (!isDone) setImmediate(nextTurn)
    }
    setImmediate(nextTurn)
    await Promise.all(['a', 'b', 'c'].map((name) => ownTurn().then(() => order.push(name))))
    isDone = true
    expect(order).toEqual(['turn 1', 'a', 'turn 2', 'b', 'turn 3', 'c'])
    await ownTurn().then(() => order.push('d'))
    expect(order.at(-1)).toBe('d')
  })
})
