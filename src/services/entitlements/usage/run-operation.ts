import { momentText } from '#services/kernel/text/readable.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { accountNotFound } from '#services/identity/model/guard.js'
import { databaseUnavailable } from '../model/database-unavailable.js'
import { usagePeriodStart } from '../model/usage-period.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { forSubAccount, inPool, ofSubAccount } from '../model/for-sub-account.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { withoutExhausted } from '../model/exhausted-grants.js'
import { findConsumption, findReservation } from './replay-result.js'
import type { AllocationView, Consumption, Operation, Outcome, ReservationView } from './usage-operation.js'
import { reservationClosed } from '../model/usage-denials.js'
import { reservationNotFound } from './authorize-usage.js'
import { findEnded } from './ended-reservation.js'

export type ConsumeOutcome = { readonly kind: 'consumed'; readonly consumption: Consumption } | Denied
export type ReserveOutcome = { readonly kind: 'reservation'; readonly reservation: ReservationView } | Denied
export type AllocationOutcome = { readonly kind: 'allocation'; readonly allocation: AllocationView } | Denied

/** Runs an operation of the engine. A repetition returns the first result. */
export async function runOperation(
  context: EntitlementsContext,
  accountId: string,
  operation: Operation,
): Promise<Done> {
  const answer = await context.entitlements.run(accountId, operation).catch((error: unknown) => {
    throw isPassing(error) ? databaseUnavailable('CLOSED', error) : error
  })
  if (answer.kind === 'no account') throw accountNotFound()
  if (answer.kind === 'denied' && 'reservation' in operation) return closedOrLate(context, accountId, operation, answer)
  const done = answer.kind === 'repeated' ? await repeat(context, accountId, operation, answer) : asReadNow(answer)
  return 'reservation' in operation && operation.subAccountId
    ? ofOwnReservation(context, accountId, operation.subAccountId, done)
    : done
}

type Done = Exclude<Outcome, { kind: 'repeated' | 'rerouted' }>

/** The end of a reservation as the sub-account sees it. */
async function ofOwnReservation(
  context: EntitlementsContext,
  accountId: string,
  subAccountId: string,
  done: Done,
): Promise<Done> {
  const catalog = context.catalog.current()
  const subAccount = await loadSnapshot(context.database, catalog, subAccountId, context.clock.now())
  if (!subAccount) throw accountNotFound()
  return forSubAccount(done, { accountId, subAccount }) as Done
}

/**
 * Removes exhausted grants from the result, so that it matches what other readers see at this version. Usage warnings
 * run before, on the full result.
 */
function asReadNow<Answer extends Outcome>(answer: Answer): Answer {
  if (answer.kind === 'consumed') return { ...answer, consumption: readNow(answer.consumption) }
  if (answer.kind === 'reservation') return { ...answer, reservation: readNow(answer.reservation) }
  return answer
}

const readNow = <Done extends { readonly snapshot: AccountSnapshot; readonly feature: FeatureDefinition }>(
  done: Done,
): Done => ({
  ...done,
  snapshot: withoutExhausted(done.snapshot, done.feature.code, usagePeriodStart(done.snapshot, done.feature)),
})

/** Result of the first call with a key: its deductions, with the current entitlement. */
async function repeat(
  context: EntitlementsContext,
  accountId: string,
  operation: Operation,
  { version, operationNo, pool }: Extract<Outcome, { kind: 'repeated' }>,
): Promise<Done> {
  const place = { accountId: pool?.accountId ?? accountId, version, operationNo }
  if (operation.kind === 'consume' || operation.kind === 'commit') {
    const consumption = await findConsumption(context, place)
    if (consumption) return { kind: 'consumed', consumption: pool ? ofSubAccount(consumption, pool) : consumption }
  } else if (operation.kind === 'reserve' || operation.kind === 'extend' || operation.kind === 'release') {
    const reservation = await findReservation(
      context,
      operation.kind === 'reserve' ? place : { accountId, ...operation.reservation },
    )
    if (reservation)
      return {
        kind: 'reservation',
        reservation: pool ? { ...reservation, snapshot: inPool(pool.subAccount, reservation.snapshot) } : reservation,
      }
  }
  throw new AppError('INTERNAL', 'The result of the first call was not found.', { internal: JSON.stringify(place) })
}

/** A reservation that is not held is closed, or never was. One that ended by its time is committed late. */
async function closedOrLate(
  context: EntitlementsContext,
  accountId: string,
  operation: Extract<Operation, { reservation: object }>,
  answer: Denied,
): Promise<Done> {
  if (answer.denial.code !== 'RESERVATION_CLOSED') return answer
  const { reservation, subAccountId = null } = operation
  const isFirst = operation.kind === 'commit' && !operation.ended
  const ended = isFirst ? await findEnded(context.database, { accountId, ...reservation }, subAccountId) : null
  if (ended && isFirst) return runOperation(context, accountId, { ...operation, ended })
  const known = await findReservation(context, { accountId, ...reservation })
  if (!known || (subAccountId !== null && known.subAccountId !== subAccountId)) throw reservationNotFound()
  const { status, expiresAt } = known
  const over = status === 'HELD' || status === 'EXPIRED'
  return denied(
    reservationClosed(
      over ? `The reservation expired on ${momentText(expiresAt)}.` : `The reservation is ${status.toLowerCase()}.`,
    ),
  )
}
