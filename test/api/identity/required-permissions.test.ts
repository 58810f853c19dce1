import { CreateAccountSession } from '@stackgate/client/documents'
import { accountIdOf } from '#test/support/accounts.js'
import { newDeployment } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { REQUIRING_FIELDS, type RequiringField } from '#test/support/requirements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Scopes of keys: each permission is held by one of the callers, and missing to another. */
const SCOPES = [
  'billing:read',
  'billing:write',
  'entitlements:write',
  'commands:write',
  'accounts:write',
  'ops:read',
] as const
/** Permissions of the account session of the test. */
const SESSION = ['ACCOUNT_READ', 'ENTITLEMENTS_READ', 'BILLING_READ'] as const

/** Selections around the fields of a type. */
const AROUND: Readonly<Record<string, (field: string, accountId: string) => string>> = {
  Account: (field, accountId) => `{ account(id: "${accountId}") { ${field} } }`,
  Plan: (field) => `{ plans { ${field} } }`,
  PlanVersion: (field) => `{ plans { currentVersion { ${field} } } }`,
  Query: (field) => `{ ${field} }`,
  Mutation: (field) => `mutation { ${field} }`,
  Subscription: (field) => `subscription { ${field} }`,
}

interface Caller {
  readonly name: string
  readonly token: string
  readonly held: readonly string[]
}

interface ReportedError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string }
}

/** The permission as errors name it. */
const spoken = (permission: string): string => permission.toLowerCase().replace('_', ':')

const isAboutPermission = ({ permission }: RequiringField, { message, extensions }: ReportedError): boolean =>
  extensions.code === 'UNAUTHENTICATED' || (extensions.code === 'FORBIDDEN' && message.includes(spoken(permission)))

describe('Permissions that fields require', () => {
  let server: TestServer
  let accountId: string
  const callers: Caller[] = []
  beforeAll(async () => {
    server = await startTestServer()
    const { owner } = await newDeployment(server, 'ann@example.com')
    accountId = await accountIdOf(server, owner)
    const add = async (name: string, token: string) => {
      callers.push({ name, token, held: await permissionsOf(token) })
    }
    await add('owner', owner)
    for (const scope of SCOPES) await add(scope, await server.serviceKey([scope]))
    await add('operator', await server.token('root@example.com', { roles: ['root'] }))
    const key = await server.serviceKey(['entitlements:write', 'billing:read'])
    const made = await server.graphql(CreateAccountSession, { account: accountId, permissions: [...SESSION] }, key)
    const session = made.data.createAccountSession as { secret: string }
    await add('account session', session.secret)
    expect(callers.at(-1)!.held).toEqual(SESSION)
  })
  afterAll(() => server.close())

  const permissionsOf = async (token: string): Promise<readonly string[]> => {
    const { data } = await server.graphql<{
      installation: { viewerCan: string[] }
      account: { viewerCan: string[] }
    }>(`query ($id: ID) { installation { viewerCan } account(id: $id) { viewerCan } }`, { id: accountId }, token)
    return [...data.installation.viewerCan, ...data.account.viewerCan]
  }

  /** Problem of the answer to a caller with or without the permission of a field. Null if none. */
  async function problemFor(field: RequiringField, caller: Caller | null): Promise<string | null> {
    const allowed = caller?.held.includes(field.permission) ?? false
    const document = AROUND[field.type]!(field.selection(accountId), accountId)
    const { errors, values } =
      field.type === 'Subscription' ? await subscribe(document, caller, allowed) : await ask(field, document, caller)
    const denials = errors.filter((error) => isAboutPermission(field, error))
    const named = `${field.type}.${field.field} of ${caller?.name ?? 'nobody'}: ${JSON.stringify(errors)}`
    if (allowed) return denials.length > 0 ? named : null
    return denials.length > 0 && values.every((value) => value === null) ? null : named
  }

  async function ask({ field }: RequiringField, document: string, caller: Caller | null) {
    const { data, errors = [] } = await server.graphql<Record<string, unknown> | null>(
      document,
      {},
      caller?.token ?? null,
    )
    return { errors: errors as readonly ReportedError[], values: valuesAt(data, field) }
  }

  async function subscribe(document: string, caller: Caller | null, allowed: boolean) {
    const stream = await recordStream(server.url, caller?.token ?? null, document)
    if (!allowed) await stream.until(() => stream.errors.length > 0).catch(() => undefined)
    await stream.stop()
    return { errors: stream.errors as readonly ReportedError[], values: stream.events }
  }

  it('are stated for fields of every kind, each in a place that this test knows', () => {
    expect(new Set(REQUIRING_FIELDS.map(({ type }) => type))).toEqual(new Set(Object.keys(AROUND)))
    expect(REQUIRING_FIELDS.length).toBeGreaterThan(100)
  })

  it.each(Object.keys(AROUND))('are enough and necessary for fields of %s', async (type) => {
    const problems: (string | null)[] = []
    for (const field of REQUIRING_FIELDS.filter((one) => one.type === type)) {
      const holds = ({ held }: Caller): boolean => held.includes(field.permission)
      if (!callers.some(holds) || callers.every(holds))
        throw new Error(`No caller with and none without ${field.permission}`)
      // Without a caller there is no account.
      const isOfAccount = type === 'Account' || type.startsWith('Plan')
      for (const caller of isOfAccount ? callers : [null, ...callers]) problems.push(await problemFor(field, caller))
    }
    expect(problems.filter((problem) => problem !== null)).toEqual([])
  })
})

/** All values of a field in an answer. */
function valuesAt(answer: unknown, field: string): unknown[] {
  if (Array.isArray(answer)) return answer.flatMap((each) => valuesAt(each, field))
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) => (name === field ? [value] : valuesAt(value, field)))
}
