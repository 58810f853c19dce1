import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { writeCatalog } from './catalog.js'
import { differences } from './compare.js'
import { nameOf, pathNamed, type Path } from './paths.js'
import { Person } from './person.js'
import { TABLE_PROVIDERS } from './providers.js'

/** Replays one path, as a failure prints it: `MONEY_PATH='STRIPE > month > upgrade > refund the first'`. */
export const PATH_VARIABLE = 'MONEY_PATH'
/** Chooses another sample: `MONEY_SEED=7`. */
export const SEED_VARIABLE = 'MONEY_SEED'

/** One server for all paths. */
export const openTable = (): Promise<TestServer> =>
  startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: writeCatalog(), LOG_LEVEL: 'warn' } })

/** Requested paths, split at semicolons, or the given ones. */
export function chosen(paths: () => readonly Path[]): readonly Path[] {
  const requested = process.env[PATH_VARIABLE]
  return requested ? requested.split(';').map((one) => pathNamed(one.trim())) : paths()
}

/** Maximum number of comparisons before a difference counts, because effects of a step can be in progress. */
const LOOKS = 20
const PAUSE = 250

/** Runs one path with a new account. Returns the differences at its end, with the path and the log. */
export async function walk(server: TestServer, path: Path): Promise<string | null> {
  const person = await Person.begin(server, TABLE_PROVIDERS[path.provider], path.beginning)
  try {
    for (const step of path.steps) {
      await step.act(person)
      await person.quiet()
    }
    const found = await finalDifferences(person)
    return found.length === 0 ? null : report(path, person, found)
  } catch (error) {
    return report(path, person, [String(error)])
  } finally {
    await server.sandboxControl('DELETE', 'faults')
    await person.leave()
  }
}

async function finalDifferences(person: Person): Promise<string[]> {
  let found = await differences(person)
  for (let look = 1; look < LOOKS && found.length > 0; look++) {
    await new Promise((wake) => setTimeout(wake, PAUSE))
    await person.quiet()
    found = await differences(person)
  }
  return found
}

const report = (path: Path, person: Person, found: readonly string[]): string =>
  [
    `${PATH_VARIABLE}='${nameOf(path)}'`,
    `  done: ${person.log.join(' > ')} (${person.key})`,
    ...found.map((one) => `  - ${one}`),
  ].join('\n')
