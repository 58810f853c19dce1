import { CreateAccountSession } from '@stackgate/client/documents'
import type { Permission } from '#schema/identity/permission.js'
import { serviceMay } from '#services/identity/model/guard.js'
import { nameOf } from '#services/identity/model/permission-names.js'
import { accountIdOf } from '#test/support/accounts.js'
import { keyWith } from '#test/support/callers.js'
import { newDeployment } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { callAs } from '#test/support/operations.js'
import { REQUIRING_FIELDS, type RequiringField } from '#test/support/requirements.js'
import { simplestCalls } from '#test/support/simplest-call.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { ALL_SCOPES, ACCOUNT_PERMISSIONS, isGivenToMembers } from '#test/support/permissions.js'

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

/** Permissions that a session can have: those of members that a key has. */
const OF_SESSIONS = ACCOUNT_PERMISSIONS.filter(
  (permission) => isGivenToMembers(permission) && serviceMay(keyWith(ALL_SCOPES), 'acc_1', permission),
).map(nameOf)
/** A denial of a key or a session names the scope or the permission to add, or says that there is none. */
const REMEDY =
  /[Ss]cope \w+:\w+|A key cannot grant scopes|No scope of a key has it|Service keys cannot do this|limited to one account|Create the session with [A-Z_]+|A session cannot have it/

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
  readonly isService: boolean
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
      callers.push({ name, token, held: await permissionsOf(token), isService: !['owner', 'operator'].includes(name) })
    }
    await add('owner', owner)
    for (const scope of SCOPES) await add(scope, await server.serviceKey([scope]))
    await add('operator', await server.token('root@example.com', { roles: ['root'] }))
    await add('account session', await sessionWith([...SESSION]))
    expect(callers.at(-1)!.held).toEqual(SESSION)
  })
  afterAll(() => server.close())

  async function sessionWith(permissions: Permission[]): Promise<string> {
    const key = await server.serviceKey(ALL_SCOPES.filter((scope) => scope !== 'ops:*'))
    const { data } = await server.graphql(CreateAccountSession, { account: accountId, permissions }, key)
    return (data.createAccountSession as { secret: string }).secret
  }
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
    const isExplained = caller?.isService !== true || denials.every(({ message }) => REMEDY.test(message))
    return denials.length > 0 && isExplained && values.every((value) => value === null) ? null : named
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

  it.each(OF_SESSIONS)('let a session with %s alone read its account, and what requires that', async (permission) => {
    const token = await sessionWith([permission])
    const held = await permissionsOf(token)
    expect(held.toSorted()).toEqual([...new Set(['ACCOUNT_READ', permission])].toSorted())
    const caller = { name: permission, token, held, isService: true }
    const own = REQUIRING_FIELDS.filter((field) => field.permission === permission)
    // One field of each other permission: the test above has all of them for keys.
    const others = [...new Map(REQUIRING_FIELDS.map((field) => [field.permission, field])).values()]
    const problems: (string | null)[] = []
    for (const field of [...own, ...others]) problems.push(await problemFor(field, caller))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
  })

  it.each(['marketplace:sync', 'entitlements:read'])(
    'are named, for a key with %s, by each operation that it may not call',
    async (scope) => {
      const key = await server.serviceKey([scope])
      let denialCount = 0
      const unexplained: string[] = []
      for (const [name, query] of simplestCalls()) {
        if (name.startsWith('Subscription.')) continue
        const outcome = await callAs(server, key, query, query.includes('$account') ? { account: accountId } : {})
        if (outcome.kind !== 'error' || outcome.code !== 'FORBIDDEN') continue
        denialCount += 1
        if (!REMEDY.test(outcome.message)) unexplained.push(`${name}: ${outcome.message}`)
      }
      expect(denialCount).toBeGreaterThan(80)
      expect(unexplained).toEqual([])
    },
  )
})

/** All values of a field in an answer. */
function valuesAt(answer: unknown, field: string): unknown[] {
  if (Array.isArray(answer)) return answer.flatMap((each) => valuesAt(each, field))
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) => (name === field ? [value] : valuesAt(value, field)))
}
