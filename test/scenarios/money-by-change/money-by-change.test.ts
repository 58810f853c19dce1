import { openTable, chosen, SEED_VARIABLE, walk } from './table.js'
import type { House } from '../../support/house.js'
import { samplePaths } from './paths.js'

const SAMPLE = 20

/** The whole table: `npm run test:long -- money-by-change`. */
describe('Money by change: what is held follows from what remains paid', () => {
  const seed = process.env[SEED_VARIABLE] ?? '20'
  let house: House
  beforeAll(async () => {
    house = await openTable()
  })
  afterAll(() => house.close())

  it(`holds after ${SAMPLE} paths of the seed ${seed}`, async () => {
    const found: string[] = []
    for (const path of chosen(() => samplePaths(seed, SAMPLE)))
      found.push(...[await walk(house, path)].filter((one) => one !== null))
    expect(found.join('\n')).toBe('')
  })
})
