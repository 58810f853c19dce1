import type { Platform, Tenant } from '#proof/server/platform.js'

/** One thing that an account, its service, its agent or an operator does. It throws if an answer is not the expected one. */
export interface Act {
  readonly name: string
  readonly when: (tenant: Tenant) => boolean
  readonly act: (platform: Platform, tenant: Tenant) => Promise<void>
}

export const always = (): boolean => true

export function same(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what} is ${is}, the model says ${should}`)
}

/** The answer of an operation that uses units: null if it succeeded, otherwise the code of its denial. */
interface Used {
  readonly code: string | null
  readonly id: string
}

const REST_NAMES: Readonly<Record<string, string>> = {
  accountId: 'account_id',
  reservationId: 'reservation_id',
  resourceId: 'resource_id',
  expiresInSeconds: 'expires_in_seconds',
  idempotencyKey: 'idempotency_key',
}
/** Mutation and selected field of each verb of REST. */
const MUTATIONS: Readonly<Record<string, readonly [name: string, selection: string]>> = {
  consume: ['consume', 'id'],
  reserve: ['reserve', 'id'],
  commit: ['commitReservation', 'id'],
  extend: ['extendReservation', 'id'],
  release: ['releaseReservation', 'id'],
  allocate: ['allocate', 'resourceId'],
  deallocate: ['deallocate', 'resourceId'],
}

/** Calls an operation over GraphQL or REST, in turn. */
export async function use(platform: Platform, verb: string, input: Record<string, unknown>): Promise<Used> {
  const given = verb.endsWith('allocate') ? input : { ...input, idempotencyKey: platform.key() }
  if (platform.turn(verb, 2) === 0) {
    const body = Object.fromEntries(Object.entries(given).map(([name, value]) => [REST_NAMES[name] ?? name, value]))
    const { body: answer } = await platform.server.rest('POST', `/api/v1/entitlements/${verb}`, {
      token: platform.service,
      body: body['work'] ? { ...body, work: { quantities: { tokens: platform.tokens } } } : body,
    })
    const { code, id } = answer as { code?: string; id?: string }
    return { code: code ?? null, id: id ?? '' }
  }
  const [mutation, selection] = MUTATIONS[verb]!
  const answer = await platform.attempt<{ id?: string; code?: string }>(mutation, given, selection, platform.service)
  return { code: answer.code ?? null, id: answer.id ?? '' }
}
