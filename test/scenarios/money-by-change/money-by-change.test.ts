import { openTable, chosen, SEED_VARIABLE, walk } from './table.js'
import type { TestServer } from '#test/support/test-server.js'
import { foundPaths } from './found-paths.js'
import { completingPaths, samplePaths, type Path } from './paths.js'

/**
 * A sample with every beginning and every step at each provider: some paths of earlier defects, and random paths with what they lack. The
 * whole table and all paths of earlier defects: `npm run test:long -- money-by-change`.
 */
describe('Payments by change', () => {
  const seed = process.env[SEED_VARIABLE] ?? '20'
  const earlier = samplePaths(foundPaths())
  let server: TestServer
  beforeAll(async () => {
    server = await openTable()
  })
  afterAll(() => server.close())

  async function violations(paths: readonly Path[]): Promise<string> {
    const found: string[] = []
    for (const path of paths) found.push(...[await walk(server, path)].filter((one) => one !== null))
    return found.join('\n')
  }

  it(`have correct totals after random paths of seed ${seed}, with every step that the other paths lack`, async () => {
    expect(await violations(chosen(() => completingPaths(earlier, seed)))).toBe('')
  })

  it('have correct totals on some paths of earlier defects', async () => {
    expect(await violations(chosen(() => earlier))).toBe('')
  })
})
