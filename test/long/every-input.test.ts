import { HostileInputs, type InputProblem } from '#test/support/hostile-inputs.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** `npm run test:long -- every-input`: about 9,000 requests, 90 s. */
describe('Every argument and input, with every hostile value', () => {
  let server: TestServer
  let inputs: HostileInputs
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    inputs = await HostileInputs.on(server)
  })
  afterAll(() => server.close())

  it('refuses it with a code, or accepts it', async () => {
    const problems: InputProblem[] = []
    for (const input of inputs.inputs)
      for (const value of inputs.valuesOf(input)) problems.push(...(await inputs.send(input, value)))
    expect(problems).toEqual([])
    expect(inputs.faults()).toEqual([])
  }, 900_000)
})
