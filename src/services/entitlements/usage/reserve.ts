import type { EntitlementsContext } from '../entitlements-context.js'
import { operationKey, referenceOf } from './operation-key.js'
import { runOperation, type ConsumeOutcome, type ReserveOutcome } from './run-operation.js'
import { authorizeUsage, authorizeReservation } from './authorize-usage.js'

const DEFAULT_SECONDS = 300

export interface Reserve {
  readonly accountId: string
  readonly feature: string
  readonly amount: number
  /** 300 when left out. */
  readonly expiresInSeconds?: number | null
  readonly reference?: string | null
  readonly idempotencyKey: string
}

/** Reserves units until they are committed, released or expired. */
export async function reserve(context: EntitlementsContext, input: Reserve): Promise<ReserveOutcome> {
  const accountId = await authorizeUsage(context, input.accountId)
  const { feature, amount } = input
  const expiresInSeconds = input.expiresInSeconds ?? DEFAULT_SECONDS
  const reference = referenceOf(input.reference)
  const key = operationKey(context.caller, 'reserve', input.idempotencyKey, [
    feature,
    amount,
    expiresInSeconds,
    reference,
  ])
  const operation = { kind: 'reserve', feature, amount, expiresInSeconds, reference, key } as const
  return (await runOperation(context, accountId, operation)) as ReserveOutcome
}

export interface CommitReservation {
  readonly reservationId: string
  /** All of it when left out. */
  readonly amount?: number | null
  readonly idempotencyKey: string
}

/** Uses what was held: less gives the rest back; more takes the difference if it is there, else is denied and the hold stays. */
export async function commitReservation(
  context: EntitlementsContext,
  input: CommitReservation,
): Promise<ConsumeOutcome> {
  const { accountId, place } = await authorizeReservation(context, input.reservationId)
  const amount = input.amount ?? null
  const key = operationKey(context.caller, 'commitReservation', input.idempotencyKey, [input.reservationId, amount])
  return (await runOperation(context, accountId, { kind: 'commit', reservation: place, amount, key })) as ConsumeOutcome
}

export interface ReleaseReservation {
  readonly reservationId: string
  readonly idempotencyKey: string
}

/** Gives a hold back. */
export async function releaseReservation(
  context: EntitlementsContext,
  input: ReleaseReservation,
): Promise<ReserveOutcome> {
  const { accountId, place } = await authorizeReservation(context, input.reservationId)
  const key = operationKey(context.caller, 'releaseReservation', input.idempotencyKey, [input.reservationId])
  return (await runOperation(context, accountId, { kind: 'release', reservation: place, key })) as ReserveOutcome
}
