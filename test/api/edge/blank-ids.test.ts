import { HostileInputs } from '#test/support/hostile-inputs.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const REJECTION_CODES = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']
/** Every control character of Unicode. */
const CONTROLS = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((text) =>
  /\p{Cc}/u.test(text),
)
const isRefused = (codes: readonly string[]): boolean => codes.some((code) => REJECTION_CODES.includes(code))

/** Messages about the length of a text. */
const ABOUT_A_LENGTH = /\bcharacters|too long|at most/i
/** The longest own IDs of an application: a character has one or two code units. */
const MAX_IDS = ['x', '\u{1f984}'].map((character) => `customer:${character.repeat(200)}`)

describe('Values that say nothing', () => {
  let server: TestServer
  let inputs: HostileInputs
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    inputs = await HostileInputs.on(server)
  })
  afterAll(() => server.close())

  it('are refused as an ID in every argument and member of an input', async () => {
    const ids = inputs.inputs.filter(({ input }) => /^\[?ID!?\]?!?$/.test(String(input.type)))
    expect(ids.length).toBeGreaterThan(150)
    const accepted: string[] = []
    for (const [index, input] of ids.entries()) {
      const blank = ['', '   ', '\u200b'][index % 3]!
      const value = String(input.input.type).startsWith('[') ? [blank] : blank
      if (!isRefused(await inputs.codesOf(input, '$value', value))) accepted.push(input.coordinate)
    }
    expect(accepted).toEqual([])
  })

  it('are refused as control characters in an ID of every argument and member of an input, with the name of the argument', async () => {
    const ids = inputs.inputs.filter(({ input }) => /^\[?ID!?\]?!?$/.test(String(input.type)))
    const accepted: string[] = []
    for (const [index, input] of ids.entries()) {
      const control = CONTROLS[index % CONTROLS.length]!
      const value = String(input.input.type).startsWith('[') ? [`acc_1${control}`] : `acc_1${control}`
      const errors = await inputs.errorsOf(input, '$value', value)
      if (!errors.some(({ code, message }) => isRefused([code]) && message.includes('$value')))
        accepted.push(`${input.coordinate} ${JSON.stringify(errors)}`)
    }
    expect(accepted).toEqual([])
    expect(inputs.faults()).toEqual([])
  })

  it('are distinct from own IDs of 200 characters, which are accepted everywhere', async () => {
    const ids = inputs.inputs.filter(({ input }) => /^\[?ID!?\]?!?$/.test(String(input.type)))
    const differing: string[] = []
    for (const [index, input] of ids.entries()) {
      const allowed = MAX_IDS[index % MAX_IDS.length]!
      const send = (value: string) =>
        inputs.errorsOf(input, '$value', String(input.input.type).startsWith('[') ? [value] : value)
      const accepted = await send(allowed)
      if (accepted.some(({ message }) => ABOUT_A_LENGTH.test(message)))
        differing.push(`${input.coordinate} ${JSON.stringify(accepted)}`)
      if (!input.coordinate.endsWith('accountId')) continue
      const refused = await send(`${allowed}x`)
      if (refused.length === 0) differing.push(`${input.coordinate} accepts more`)
    }
    const token = await server.serviceKey(['entitlements:read', 'entitlements:write', 'billing:write'])
    const document = await (await fetch(`${server.url}/openapi.json`)).json()
    for (const [index, { path, member, example }] of idMembersOf(document as OpenApi).entries()) {
      const allowed = MAX_IDS[index % MAX_IDS.length]!
      const send = (value: string) => server.rest('POST', path, { token, body: { ...example, [member]: value } })
      const accepted = await send(allowed)
      if (accepted.status === 500 || ABOUT_A_LENGTH.test(JSON.stringify(accepted.body)))
        differing.push(`${path} ${member} ${JSON.stringify(accepted.body)}`)
      const refused = await send(`${allowed}x`)
      if (refused.status < 400 || refused.status === 500) differing.push(`${path} ${member} accepts more`)
    }
    expect(differing).toEqual([])
    expect(inputs.faults()).toEqual([])
  })

  it('are the default as null in every argument of a query that has one', async () => {
    const defaults = inputs.inputs.filter(
      ({ coordinate, input }) =>
        !coordinate.startsWith('Mutation.') && input.defaultValue !== undefined && !String(input.type).endsWith('!'),
    )
    expect(defaults.length).toBeGreaterThan(70)
    const refused: string[] = []
    for (const input of defaults) {
      const codes = await inputs.codesOf(input, 'null')
      if (isRefused(codes)) refused.push(`${input.coordinate} ${codes.join(' ')}`)
    }
    expect(refused).toEqual([])
  })

  it('are refused as an ID over REST', async () => {
    const token = await server.serviceKey(['entitlements:read', 'entitlements:write', 'billing:write'])
    const document = await (await fetch(`${server.url}/openapi.json`)).json()
    const bodies = idMembersOf(document as OpenApi)
    expect(bodies.length).toBeGreaterThan(60)
    const accepted: string[] = []
    for (const { path, member, example } of bodies) {
      const { status } = await server.rest('POST', path, { token, body: { ...example, [member]: '   ' } })
      if (status < 400 || status === 500) accepted.push(`${path} ${member} ${status}`)
    }
    expect(accepted).toEqual([])
    for (const [index, { path, member, example }] of bodies.entries()) {
      const value = `acc_1${CONTROLS[index % CONTROLS.length]}`
      const { status, body } = await server.rest('POST', path, { token, body: { ...example, [member]: value } })
      if (status < 400 || status === 500 || !JSON.stringify(body).includes(member))
        accepted.push(`${path} ${member} ${status} ${JSON.stringify(body)}`)
    }
    expect(accepted).toEqual([])
    expect(inputs.faults()).toEqual([])
  })
})

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: RequestBody } }>>
}
interface RequestBody {
  readonly content: Readonly<
    Record<string, { readonly schema: { readonly properties?: object }; readonly example?: object }>
  >
}

/** Members of bodies that are IDs, with an accepted body. */
const idMembersOf = ({ paths }: OpenApi) =>
  Object.entries(paths).flatMap(([path, { post }]) => {
    const json = post?.requestBody?.content['application/json']
    const properties = json?.schema.properties ?? {}
    return path.includes('{') || !json?.example
      ? []
      : Object.keys(properties)
          .filter((name) => /^(account|user|reservation)_id$/.test(name))
          .map((member) => ({ path, member, example: json.example! }))
  })
