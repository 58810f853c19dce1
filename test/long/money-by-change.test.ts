import type { House } from '../support/house.js'
import { allPaths, type Path } from '../scenarios/money-by-change/paths.js'
import { chosen, openTable, walk } from '../scenarios/money-by-change/table.js'

/** Paths that one server walks: its clock has moved years by then, and its records grow. */
const PATHS_PER_SERVER = 60
/** How many steps: 2, 3, or both when left out. */
const LENGTH_VARIABLE = 'MONEY_STEPS'

const lengths = process.env[LENGTH_VARIABLE] ? [Number(process.env[LENGTH_VARIABLE])] : [2, 3]

describe.each(lengths)('The whole table of money by change, in %d steps', (length) => {
  const paths = chosen(() => allPaths(length))
  const parts = Array.from({ length: Math.ceil(paths.length / PATHS_PER_SERVER) }, (_, part) => part + 1)

  it.each(parts)(`part %d of ${parts.length}`, async (part) => {
    const house: House = await openTable()
    const found: string[] = []
    try {
      const some: readonly Path[] = paths.slice((part - 1) * PATHS_PER_SERVER, part * PATHS_PER_SERVER)
      for (const path of some) found.push(...[await walk(house, path)].filter((one) => one !== null))
    } finally {
      await house.close()
    }
    expect(found.join('\n')).toBe('')
  })
})
