import { readFileSync } from 'node:fs'

interface Model {
  capacityTable(): string[]
  rateTable(): string[]
  sizeTable(): string[]
  probabilityOfWaiting(servers: number, load: number): number
  waitingTime99(servers: number, load: number, serviceTime: number): number
}

const MODEL: string = '../../../bench/scale/capacity-model.mjs'

describe('model of the capacity', () => {
  let model: Model
  beforeAll(async () => {
    model = (await import(MODEL)) as Model
  })

  it('calculates the waiting of several servers', () => {
    // The probability of waiting for one server is its utilization, and the time is distributed exponentially.
    expect(model.probabilityOfWaiting(1, 0.5)).toBeCloseTo(0.5)
    expect(model.waitingTime99(1, 0.5, 1)).toBeCloseTo(Math.log(50) * 2)
    // Two servers with a load of one: 1/3.
    expect(model.probabilityOfWaiting(2, 1)).toBeCloseTo(1 / 3)
    expect(model.waitingTime99(100, 10, 1)).toBe(0)
  })

  it('has the tables of the pages', () => {
    expect(readFileSync('bench/results/capacity-model.md', 'utf8')).toContain(model.capacityTable().join('\n'))
    const guide = readFileSync('docs/scale.md', 'utf8')
    expect(guide).toContain(model.rateTable().join('\n'))
    expect(guide).toContain(model.sizeTable().join('\n'))
  })
})
