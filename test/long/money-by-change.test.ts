import type { TestServer } from '../support/test-server.js'
import { foundPaths } from '../scenarios/money-by-change/found-paths.js'
import { allPaths, shuffledPaths, type Path } from '../scenarios/money-by-change/paths.js'
import { chosen, openTable, SEED_VARIABLE, walk } from '../scenarios/money-by-change/table.js'

/** Paths that one server walks: its clock has moved years by then, and its records grow. */
const PATHS_PER_SERVER = 60
/** Number of steps: 2 or 3. Default: both. */
const LENGTH_VARIABLE = 'MONEY_STEPS'
/** Number of paths of each length, chosen by the random seed. Default: all paths. */
const COUNT_VARIABLE = 'MONEY_COUNT'

const lengths = process.env[LENGTH_VARIABLE] ? [Number(process.env[LENGTH_VARIABLE])] : [2, 3]

/** Writes while the test runs: the whole table takes hours, and jest reports failures at the end. */
const report = (line: string) => process.stderr.write(`${line}\n`)

function pathsOf(length: number): readonly Path[] {
  const { [SEED_VARIABLE]: seed, [COUNT_VARIABLE]: count } = process.env
  const paths = allPaths(length)
  if (!seed && !count) return paths
  return shuffledPaths(paths, seed ?? '20').slice(0, count ? Number(count) : paths.length)
}

describe.each(lengths)('Complete table of payments by change, in %d steps', (length) => {
  const paths = chosen(() => pathsOf(length))
  const parts = Array.from({ length: Math.ceil(paths.length / PATHS_PER_SERVER) }, (_, part) => part + 1)

  it.each(parts)(`part %d of ${parts.length}`, async (part) => {
    const server: TestServer = await openTable()
    const found: string[] = []
    const some = paths.slice((part - 1) * PATHS_PER_SERVER, part * PATHS_PER_SERVER)
    const begin = Date.now()
    try {
      for (const path of some) {
        const violation = await walk(server, path)
        if (violation === null) continue
        report(violation)
        found.push(violation)
      }
    } finally {
      await server.close()
    }
    const seconds = ((Date.now() - begin) / 1000).toFixed(0)
    report(
      `${length} steps, part ${part} of ${parts.length}: ${some.length} paths, ${seconds} s, ${found.length} violations`,
    )
    expect(found.join('\n')).toBe('')
  })
})

describe('Payments by change', () => {
  it('have correct totals on all paths of earlier defects', async () => {
    const server = await openTable()
    const found: string[] = []
    try {
      for (const path of foundPaths()) found.push(...[await walk(server, path)].filter((one) => one !== null))
    } finally {
      await server.close()
    }
    expect(found.join('\n')).toBe('')
  })
})
