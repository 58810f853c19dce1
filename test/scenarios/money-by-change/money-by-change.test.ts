import { openTable, chosen, SEED_VARIABLE, walk } from './table.js'
import type { TestServer } from '#test/support/test-server.js'
import { pathNamed, samplePaths } from './paths.js'

const SAMPLE = 20

/** Paths that the table found to differ once. */
const FOUND = [
  'STRIPE > trial > upgrade later > add-on',
  'STRIPE > large > more servers > dispute > dispute lost',
  'STRIPE > large > downgrade now > refund the last',
  'STRIPE > trial > more servers > by the year > refund the first',
  'STRIPE > year > add-on > cancel later',
  'STRIPE > month > upgrade > downgrade now > upgrade > downgrade now > refund the first',
  'STRIPE > month > upgrade > dispute > refund the first > dispute won',
  'STRIPE > two servers > fewer servers now > more servers > refund the first',
  'STRIPE > two servers > renewal unpaid > refund the first',
  'STRIPE > large > downgrade later > renewal unpaid',
  'STRIPE > year > add-on > renewal while away',
  'STRIPE > month > add-on > add-on > without add-on > add-on > without add-on',
  'STRIPE > month > add-on > add-on > refund the last > add-on > refund half of the last',
  'STRIPE > two servers > add-on > add-on > dispute > without add-on > dispute lost',
  'PAYPAL > two servers > renewal unpaid > cancel now',
  'PAYPAL > large > renewal unpaid > refund the first',
]

/** The whole table: `npm run test:long -- money-by-change`. */
describe('Payments by change', () => {
  const seed = process.env[SEED_VARIABLE] ?? '20'
  let server: TestServer
  beforeAll(async () => {
    server = await openTable()
  })
  afterAll(() => server.close())

  it(`have correct totals after ${SAMPLE} paths of random seed ${seed}`, async () => {
    const found: string[] = []
    for (const path of chosen(() => samplePaths(seed, SAMPLE)))
      found.push(...[await walk(server, path)].filter((one) => one !== null))
    expect(found.join('\n')).toBe('')
  })

  it('have correct totals on the paths of earlier defects (DF-A1, DF-A2, DF-A3, DF-A4)', async () => {
    const found: string[] = []
    for (const path of chosen(() => FOUND.map((name) => pathNamed(name))))
      found.push(...[await walk(server, path)].filter((one) => one !== null))
    expect(found.join('\n')).toBe('')
  })
})
