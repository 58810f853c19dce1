import { readFileSync } from 'node:fs'
import {
  buildSchema,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLNonNull,
  isListType,
  type GraphQLInputType,
} from 'graphql'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

/** Features that are named for other purposes: removing settings of a feature that the catalog no longer has works. */
const NO_LOOKUP = new Set(['removeAutoTopUp', 'revokeOverride', 'revokeCredits'])

/** Mutations whose input names a feature. */
const MUTATIONS = Object.values(schema.getMutationType()!.getFields()).flatMap(({ name, args }) => {
  const input = args.find((arg) => arg.name === 'input')
  const type = input && unwrapped(input.type)
  return type instanceof GraphQLInputObjectType && type.getFields()['feature'] && !NO_LOOKUP.has(name)
    ? [{ name, type }]
    : []
})

function unwrapped(type: GraphQLInputType): GraphQLInputType {
  return type instanceof GraphQLNonNull ? type.ofType : type
}

/** A valid value of each required field. */
function valueOf(type: GraphQLInputType, name: string, accountId: string): unknown {
  const named = unwrapped(type)
  if (name === 'accountId' || name === 'subAccountId') return accountId
  if (isListType(named)) return []
  if (named instanceof GraphQLEnumType) return named.getValues()[0]!.name
  if (named instanceof GraphQLInputObjectType) return filled(named, accountId)
  const text = 'name' in named ? named.name : ''
  if (text === 'Boolean') return true
  if (text === 'SafeInt' || text === 'Int') return 1
  return name.endsWith('At') || text === 'DateTime' ? '2027-01-01T00:00:00Z' : 'text'
}

const filled = (type: GraphQLInputObjectType, accountId: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.values(type.getFields())
      .filter((field, index, all) =>
        type.isOneOf
          ? index === all.length - 1
          : field.type instanceof GraphQLNonNull && field.defaultValue === undefined,
      )
      .map(({ name, type: of }) => [name, valueOf(of, name, accountId)]),
  )

interface Denied {
  readonly code?: string
  readonly message?: string
}

describe('A feature that the catalog does not have', () => {
  let server: TestServer
  let accountId: string
  let tokens: string[]
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    accountId = await newAccount(server, 'ann@example.com')
    tokens = [
      await server.serviceKey(['entitlements:write'], accountId),
      await server.token('ann@example.com'),
      await server.token('ops@example.com', { roles: ['root'] }),
    ]
  })
  afterAll(() => server.close())

  it.each(MUTATIONS)('is NOT_FOUND with the nearest name for $name', async ({ name, type }) => {
    const input = {
      amount: 1,
      ...filled(type, accountId),
      ...(type.getFields()['accountId'] ? { accountId } : {}),
      feature: 'ai_credit',
    }
    const given = Object.fromEntries(Object.entries(input).filter(([field]) => type.getFields()[field]))
    const answers: (Denied | undefined)[] = []
    for (const token of tokens) {
      const { data, errors } = await server.graphql<Record<string, Denied> | null>(
        `mutation ($input: ${type.name}!) { ${name}(input: $input) { ... on Denial { code message } } }`,
        { input: given },
        token,
      )
      answers.push(data?.[name] ?? { code: errors?.[0]?.extensions.code ?? '', message: errors?.[0]?.message ?? '' })
    }
    const found = answers.find((answer) => answer?.code === 'NOT_FOUND' || answer?.code === 'INVALID_PARAMETERS')
    expect([name, found?.message]).toEqual([
      name,
      expect.stringContaining("Feature 'ai_credit' not found. Did you mean 'ai_credits'?"),
    ])
  })

  it('is NOT_FOUND for checks, each for itself', async () => {
    const { data } = await server.graphql<{ checks: { allowed: boolean; denial: Denied | null }[] }>(
      `{ checks(requests: [{ feature: "api_key" }, { feature: "xylophone" }, { feature: "ai_credits", amount: 1 }]) {
           allowed denial { code message } } }`,
      {},
      tokens[1],
    )
    expect(data.checks.slice(0, 2)).toEqual([
      {
        allowed: false,
        denial: { code: 'NOT_FOUND', message: "Feature 'api_key' not found. Did you mean 'api_keys'?" },
      },
      { allowed: false, denial: { code: 'NOT_FOUND', message: "Feature 'xylophone' not found." } },
    ])
    expect(data.checks[2]!.denial?.code).not.toBe('NOT_FOUND')
  })

  it.each(['consume', 'reserve', 'allocate', 'deallocate'])('is 404 over REST for %s', async (route) => {
    const { status, body } = await server.rest('POST', `/api/v1/entitlements/${route}`, {
      token: tokens[0]!,
      body: {
        account_id: accountId,
        feature: 'ai-credits',
        ...(route.endsWith('allocate') ? { resource_id: 'one' } : { amount: 1, idempotency_key: route }),
      },
    })
    expect([status, body]).toMatchObject([404, { code: 'NOT_FOUND', field: 'feature' }])
    expect((body as Denied).message).toContain("Did you mean 'ai_credits'?")
  })

  it('is compared by letters that are added, removed, replaced or swapped', () => {
    const known = ['ai_credits', 'models', 'deployments']
    for (const [name, expected] of [
      ['ai_credit', 'ai_credits'],
      ['AI_CREDITS', 'ai_credits'],
      ['ia_credits', 'ai_credits'],
      ['deploy', null],
      ['deploiments', 'deployments'],
      ['x', null],
      ['', null],
    ] as const)
      expect([name, nearestName(name, known)]).toEqual([name, expected])
  })
})
