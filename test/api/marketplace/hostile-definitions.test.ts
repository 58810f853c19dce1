import { hostileJson, hostileYaml } from '#test/support/hostile-texts.js'
import { maxTaskTime } from '#test/support/max-task-time.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { startTestServer, type GraphQLResult, type TestServer } from '#test/support/test-server.js'

const LENGTH = 250 * 1024
/** Processor time in ms for which nothing else is served. */
const MAX_MS = 250

/** The keys of the report: `{0,1,2,…}`. */
const wideMap = (keys: number) => `{${Array.from({ length: keys }, (_, index) => index).join(',')}}`

describe('hostile definitions of templates', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer()
    token = await server.token('vera@example.com', { roles: ['vendor'] })
    await create('"services: {}"')
  })
  afterAll(() => server.close())

  let serial = 0
  /** Sends the text unchanged: building it from a value would take a client more time than the server. */
  const create = async (definition: string): Promise<string> => {
    const input = { slug: `stack-${++serial}`, name: 'Stack', definition: 'HERE' }
    const variables = { input, key: `hostile-${serial}` }
    const query =
      'mutation ($input: CreateTemplateInput!, $key: String!) { createTemplate(input: $input, key: $key) { denial { code } } }'
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }).replace('"HERE"', () => definition),
    })
    const { data, errors } = (await response.json()) as GraphQLResult<{
      createTemplate: { denial: { code: string } | null }
    }>
    return errors?.[0]?.extensions.code ?? data.createTemplate.denial?.code ?? 'created'
  }

  /** Creates a template while the server is asked whether it is alive. A collection of garbage takes time too, but not each time. */
  const createBeside = async (definition: string, attempts = 3): Promise<{ code: string; time: number | string }> => {
    const creation = { code: '', done: false }
    const probe = async () => {
      while (!creation.done) expect((await server.rest('GET', '/health/live')).status).toBe(200)
    }
    const time = await maxTaskTime(async () => {
      const probing = probe()
      creation.code = await create(definition)
      creation.done = true
      await probing
    })
    if (time >= MAX_MS && attempts > 1) return createBeside(definition, attempts - 1)
    return { code: creation.code, time: time < MAX_MS ? 'served others' : time }
  }

  it('does not occupy the server with 34,000 keys of a flow or block map', async () => {
    const block = Array.from({ length: 30_000 }, (_, index) => `  k${index}: 1`).join('\n')
    for (const map of [wideMap(34_000), `\n${block}`]) {
      const text = `services: { web: { image: "nginx:1" } }\nx-a: ${map}\n`
      expect(await createBeside(JSON.stringify(text))).toEqual({ code: 'INVALID_DEFINITION', time: 'served others' })
    }
  })

  it(`serves others while hostile YAML and JSON is checked (${SAMPLE})`, async () => {
    const yaml = sampleOf([...hostileYaml(LENGTH, 200)], 40, 'hostile YAML')
    const json = sampleOf([...hostileJson(LENGTH, 40)], 15, 'hostile JSON')
    const bodies = [
      ...yaml.map(({ name, text }) => [name, JSON.stringify(text)] as const),
      ...json.map(({ name, text }) => [name, `{"services":{"web":{"image":"nginx:1"}},"x-a":${text}}`] as const),
    ]
    for (const [name, body] of bodies) expect([name, (await createBeside(body)).time]).toEqual([name, 'served others'])
  })
})
