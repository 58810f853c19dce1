import { interleave } from '../support/interleave.js'

describe('interleavings of the proof', () => {
  it('keep balances, keys and limits in each race, with a schedule that a seed determines', async () => {
    const [first, other, again] = await interleave([0, 4, 0])
    expect([first!, other!].flatMap(({ faults }) => faults)).toEqual([])
    expect([first!, other!].map(({ statements }) => statements >= 5)).toEqual([true, true])
    expect(again).toEqual(first)
    expect(other!.schedule).not.toEqual(first!.schedule)
  })
})
