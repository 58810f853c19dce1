import { ComparedServer, compareEchoes } from '#test/support/execution-runs.js'

/** `EXECUTION_SEED` repeats a run. `npm run test:long -- execution` compares 20,000 documents. */
const SEED = Number(process.env['EXECUTION_SEED'] ?? Date.now() % 1_000_000)
const isLong = process.env['STACKGATE_LONG'] === '1'
const DOCUMENTS = isLong ? { echoes: 15_000, queries: 5_000 } : { echoes: 200, queries: 100 }

describe(`Random operations, used one to five times over HTTP, WebSocket and Server-Sent Events (seed ${SEED})`, () => {
  it('give resolvers the arguments, and clients the result, of graphql-js', async () => {
    const { differences, uses, limited } = await compareEchoes(DOCUMENTS.echoes, SEED)
    expect(differences).toEqual([])
    expect([uses > DOCUMENTS.echoes, limited]).toEqual([true, 0])
  })

  describe('on a server', () => {
    let compared: ComparedServer
    beforeAll(async () => {
      compared = await ComparedServer.start()
    })
    afterAll(() => compared.server.close())

    it('return what graphql-js returns to the same caller, without a fault', async () => {
      const comparisons = await compared.compareQueries(DOCUMENTS.queries, SEED)
      expect(comparisons.flatMap(({ differences }) => differences)).toEqual([])
      expect(comparisons.flatMap(({ codes }) => [...codes.keys()])).not.toContain('INTERNAL')
      const uses = comparisons.reduce((sum, each) => sum + each.uses, 0)
      expect(comparisons.reduce((sum, each) => sum + each.limited, 0)).toBeLessThan(uses / 10)
    })

    it('leave no fault in the log', () => {
      expect(compared.server.logLines.filter((line) => /^\{"level":(?:50|60)/.test(line))).toEqual([])
    })
  })
})
