import { mutationText, variablesOf } from '#test/support/mutations.js'
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLNonNull,
  isListType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

/** Features that are named for other purposes: removing settings of a feature that the catalog no longer has works. */
const NO_LOOKUP = new Set(['removeAutoTopUp', 'endTerms', 'revokeCredits'])

/** Mutations that name a feature, with their arguments and the fields of their input. */
const MUTATIONS = Object.values(schema.getMutationType()!.getFields()).flatMap(({ name, args }) => {
  const values = args.flatMap((argument): readonly (GraphQLArgument | GraphQLInputField)[] => {
    const type = unwrapped(argument.type)
    return argument.name === 'input' && type instanceof GraphQLInputObjectType
      ? Object.values(type.getFields())
      : [argument]
  })
  return values.some((value) => value.name === 'feature') && !NO_LOOKUP.has(name) ? [{ name, values }] : []
})

function unwrapped(type: GraphQLInputType): GraphQLInputType {
  return type instanceof GraphQLNonNull ? type.ofType : type
}

/** A valid value of a type. */
function valueOf(type: GraphQLInputType, name: string, accountId: string): unknown {
  const named = unwrapped(type)
  if (name === 'accountId' || name === 'subAccountId') return accountId
  if (isListType(named)) return name === 'accountIds' ? [accountId] : []
  if (named instanceof GraphQLEnumType) return named.getValues()[0]!.name
  if (named instanceof GraphQLInputObjectType) return filled(named, accountId)
  const text = 'name' in named ? named.name : ''
  if (text === 'Boolean') return true
  if (text === 'SafeInt' || text === 'Int') return 1
  return name.endsWith('At') || text === 'DateTime' ? '2027-01-01T00:00:00Z' : 'text'
}

/** A valid value of each required one. */
const required = (
  values: readonly (GraphQLArgument | GraphQLInputField)[],
  accountId: string,
): Record<string, unknown> =>
  Object.fromEntries(
    values
      .filter(({ type, defaultValue }) => type instanceof GraphQLNonNull && defaultValue === undefined)
      .map(({ name, type }) => [name, valueOf(type, name, accountId)]),
  )

function filled(type: GraphQLInputObjectType, accountId: string): Record<string, unknown> {
  const fields = Object.values(type.getFields())
  const last = fields.at(-1)!
  return type.isOneOf ? { [last.name]: valueOf(last.type, last.name, accountId) } : required(fields, accountId)
}

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

  it.each(MUTATIONS)('is NOT_FOUND with the nearest name for $name', async ({ name, values }) => {
    const names = new Set(values.map((value) => value.name))
    const chosen = { amount: 1, ...required(values, accountId), accountId, feature: 'ai_credit' }
    const given = Object.fromEntries(Object.entries(chosen).filter(([value]) => names.has(value)))
    const answers: (Denied | undefined)[] = []
    for (const token of tokens) {
      const { data, errors } = await server.graphql<Record<string, Denied | readonly Denied[]> | null>(
        mutationText(name, `denial { code message }`),
        variablesOf(name, given),
        token,
      )
      answers.push(
        [data?.[name]].flat()[0] ?? { code: errors?.[0]?.extensions.code ?? '', message: errors?.[0]?.message ?? '' },
      )
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
    expect([status, body]).toMatchObject([404, { code: 'NOT_FOUND', issues: [{ path: ['feature'] }] }])
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
