import { mutationText, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { createGrant } from '#services/entitlements/credits/create-grant.js'
import { assignPlan } from '#services/entitlements/plans/assign-plan.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { TestServer } from './test-server.js'
import { accountIdOf } from './accounts.js'

/** New account with the ID for services. */
export async function newAccount(server: TestServer, email = `${randomUUID()}@example.com`): Promise<string> {
  const token = await server.token(email)
  return accountIdOf(server, token)
}

/** Assigns a plan to an account as a subscription does. */
export async function assignTestPlan(
  server: TestServer,
  accountId: string,
  code: string,
  options: { quantity?: number; periodEnd?: Date; sourceId?: string } = {},
): Promise<void> {
  const { database, clock, catalog } = server.app.context
  const plan = catalog.current().planByCode.get(code)!
  const now = clock.now()
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await assignPlan(
      transaction,
      catalog.current(),
      {
        accountId,
        groupCode: plan.group,
        planVersionId: plan.versionId,
        sourceType: 'subscription',
        sourceId: options.sourceId ?? `sub_of_${accountId}`,
        quantity: options.quantity ?? 1,
        since: now,
        periodEnd: options.periodEnd ?? null,
      },
      now,
    )
    await recordAccountEvent(transaction, accountId, now, {
      type: 'subscription.updated',
      summary: 'The plan changed.',
      changesEntitlements: true,
    })
  })
}

/** Grants credits as a purchase does. Returns the grant's ID. */
export async function grantTestCredits(
  server: TestServer,
  accountId: string,
  feature: string,
  amount: number,
  options: { expiresAt?: Date | null; cause?: string; flags?: string[] } = {},
): Promise<string> {
  const { database, clock, catalog } = server.app.context
  const { grantId } = await database.transaction((transaction) =>
    createGrant(transaction, {
      catalog: catalog.current(),
      accountId,
      at: clock.now(),
      feature,
      amount,
      expiresAt: options.expiresAt ?? null,
      cause: { type: 'purchase', id: options.cause ?? randomUUID() },
      source: { kind: 'PACKAGE', code: 'a_pack' },
      ...(options.flags ? { flags: options.flags } : {}),
    }),
  )
  return grantId
}

export interface ConsumeAnswer {
  readonly __typename: string
  readonly id: string
  readonly code?: string
  readonly message?: string
  readonly amount: number
  readonly taken: { amount: number; source: { kind: string; code: string } }[]
  readonly entitlement: EntitlementAnswer
  readonly used?: number
  readonly limit?: number
  readonly resetsAt?: string
  readonly upgradeUrl?: string
  readonly currentPlan?: { code: string }
  readonly remedies: { kind: string; mutation: string | null }[]
  readonly expiresAt: string
  readonly status: string
  readonly debt: number
  readonly late: boolean
  readonly estimated: boolean
  readonly explain: string[]
}

export interface EntitlementAnswer {
  readonly limit: number | null
  readonly used: number
  readonly reserved: number
  readonly remaining: number | null
  readonly resetsAt: string | null
  readonly revision: number
}

const ENTITLEMENT = `entitlement { limit used reserved remaining resetsAt revision }`
const DENIAL = `denial { __typename code message remedies { kind mutation } }`
const DENIALS = `
  ${DENIAL}
  denial { quantity { used { units } limit { units } resetsAt } currentPlan { code } }
`
const CONSUMED = `consumption { __typename id amount late estimated explain debt taken { amount source { kind code } } ${ENTITLEMENT} } ${DENIALS}`
const RELEASED = `reservation { __typename id amount status expiresAt onExpiry estimate ${ENTITLEMENT} } ${DENIAL}`
const RESERVED = `${RELEASED} ${DENIALS}`

/** The mutations by which a service uses entitlements. */
export interface EntitlementService {
  consume(input: object): Promise<ConsumeAnswer>
  reserve(input: object): Promise<ConsumeAnswer>
  commit(input: object): Promise<ConsumeAnswer>
  extend(input: object): Promise<ConsumeAnswer>
  release(input: object): Promise<ConsumeAnswer>
  allocate(input: object): Promise<ConsumeAnswer & { allocated: boolean }>
  deallocate(input: object): Promise<ConsumeAnswer & { allocated: boolean }>
  /** Any of them, with the error when it was one. */
  raw(mutation: string, input: object): Promise<{ code: string | null; answer: ConsumeAnswer | null }>
  readonly key: string
}

const SELECTED: Record<string, string> = {
  consume: CONSUMED,
  reserve: RESERVED,
  commitReservation: CONSUMED,
  extendReservation: RESERVED,
  releaseReservation: RELEASED,
  allocate: `allocation { __typename resourceId allocated ${ENTITLEMENT} } ${DENIALS}`,
  deallocate: `allocation { __typename resourceId allocated ${ENTITLEMENT} } ${DENIAL}`,
}

/** Service with a new key. Idempotency keys are generated by default. */
export async function entitlementService(
  server: TestServer,
  scopes = ['entitlements:read', 'entitlements:write'],
  accountId: string | null = null,
): Promise<EntitlementService> {
  const key = await server.serviceKey(scopes, accountId)
  const raw: EntitlementService['raw'] = async (mutation, given) => {
    const input = mutation.endsWith('allocate') ? given : { key: randomUUID(), ...given }
    const { data, errors } = await server.graphql<Record<string, ConsumeAnswer> | null>(
      mutationText(mutation, SELECTED[mutation]!),
      variablesOf(mutation, input),
      key,
    )
    return { code: errors?.[0]?.extensions.code ?? null, answer: data?.[mutation] ?? null }
  }
  const done = (mutation: string) => async (input: object) => {
    const { code, answer } = await raw(mutation, input)
    if (!answer) throw new Error(`${mutation}: ${code}`)
    return answer as ConsumeAnswer & { allocated: boolean }
  }
  return {
    key,
    raw,
    consume: done('consume'),
    reserve: done('reserve'),
    commit: done('commitReservation'),
    extend: done('extendReservation'),
    release: done('releaseReservation'),
    allocate: done('allocate'),
    deallocate: done('deallocate'),
  }
}
