import { HostileInputs, type InputProblem } from '#test/support/hostile-inputs.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** `INPUT_SEED` repeats a run. `npm run test:long -- every-input` sends every value. */
const SEED = Number(process.env['INPUT_SEED'] ?? Date.now() % 1_000_000)

describe('Every argument and input', () => {
  let server: TestServer
  let inputs: HostileInputs
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    inputs = await HostileInputs.on(server)
  })
  afterAll(() => server.close())

  it(`refuses a hostile value with a code, or accepts it (seed ${SEED})`, async () => {
    const random = createSeededRandom(SEED)
    const problems: InputProblem[] = []
    for (const input of inputs.inputs) {
      const values = inputs.valuesOf(input)
      problems.push(...(await inputs.send(input, values[Math.floor(random.next() * values.length)])))
    }
    expect(inputs.inputs.length).toBeGreaterThan(500)
    expect(problems).toEqual([])
    expect(inputs.faults()).toEqual([])
  })
})
