import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Person, SITUATIONS, type Situation } from '#test/support/remedy-situations.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const LONG = process.env['STACKGATE_LONG'] === '1'
const CATALOGS = sampleOf(
  readdirSync('catalogs')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace(/\.yaml$/, '')),
  2,
  'catalogs',
)
/** Actions that change the account need a person each. */
const PEOPLE = LONG ? 5 : 3

describe.each(CATALOGS)(`Remedies of denied uses in every state, in the catalog %s (${SAMPLE})`, (catalog) => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const path = join(folder, `${catalog}.yaml`)
    const text = readFileSync(`catalogs/${catalog}.yaml`, 'utf8')
    // A trial without a card is a state of its own.
    writeFileSync(path, text.replace('\nnear_limit:', `\ntrials: { card: optional, without_card: pause }\nnear_limit:`))
    server = await startTestServer({ env: { CATALOG: path } })
    await server.sandboxControl('POST', 'settings', { dunning: { retryDays: [3], end: 'past_due' } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are accepted by their mutations, and pay, resume or wait where nothing else is possible', async () => {
    const situations = sampleOf(SITUATIONS, 7, catalog)
    const people = new Map<Situation, Person[]>()
    for (const situation of situations) {
      const found: Person[] = []
      for (let index = 0; index < PEOPLE; index++) {
        const person = await Person.of(server, `${situation.name} ${index}`)
        // Not every catalog has a trial, and PayPal cannot charge overage.
        if (!(await situation.prepare(person))) break
        found.push(person)
      }
      people.set(situation, found)
    }
    const refused: string[] = []
    for (const days of [...new Set(SITUATIONS.map(({ after }) => after))].toSorted((one, other) => one - other)) {
      if (days > 0)
        await server.advanceTo(new Date(Date.parse('2026-01-15T10:00:00Z') + days * 86_400_000).toISOString())
      for (const situation of situations.filter(({ after }) => after === days))
        for (const [index, person] of people.get(situation)!.entries()) {
          await situation.reached?.(person)
          refused.push(...(await person.carryOutRemedies(situation, index)))
        }
    }
    expect(refused).toEqual([])
  }, 1_200_000)
})
