import { AppError } from '#services/kernel/errors/app-error.js'
import { refused, type Denial, type Refused } from '#services/kernel/denials/denial.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import { featureNotIncluded, notEnough } from './denials.js'
import { poolDenial } from './decide-pool.js'
import { evaluateFeature } from './evaluate-entitlements.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { MAX_AMOUNT } from './max-amount.js'

/** Denial of an invalid amount. Null if valid. */
export function validateAmount(amount: number, least = 1, field = 'amount'): Refused | null {
  if (Number.isSafeInteger(amount) && amount >= least && amount <= MAX_AMOUNT) return null
  return refused('INVALID_AMOUNT', `${field} must be an integer between ${least} and ${MAX_AMOUNT}.`, { field })
}

/**
 * The amount of a call that may leave it out. A null is a mistake of the caller, and never the default.
 * @param meaning what a call without an amount means, for the message
 */
export function givenAmount<Default>(amount: number | null | undefined, omitted: Default, meaning = String(omitted)) {
  if (amount !== null) return amount ?? omitted
  throw new AppError('BAD_USER_INPUT', `amount must not be null. Omit it for ${meaning}.`, {
    details: { field: 'amount' },
  })
}

/** The catalog has no such feature. Names the one that the code most probably means. */
export function unknownFeature({ features }: Pick<CatalogSnapshot, 'features'>, code: string): Refused {
  const meant = nearestName(code, features.keys())
  const hint = meant === null ? '' : ` Did you mean '${meant}'?`
  return refused('NOT_FOUND', `Feature '${code.slice(0, 60)}' not found.${hint}`, { field: 'feature' })
}

const USED_BY: Record<FeatureDefinition['kind'], string> = {
  BOOLEAN: 'is a boolean feature. Use check',
  LIMIT: 'is a limit. Use allocate and deallocate',
  QUOTA: 'is consumable. Use consume',
  CREDIT: 'is consumable. Use consume',
  RATE: 'is a rate. It is counted automatically',
}

/** The feature is of another kind than the operation requires. */
export const wrongFeatureKind = ({ name, kind }: FeatureDefinition): Refused =>
  refused('INVALID_PARAMETERS', `${name} ${USED_BY[kind]}.`, { field: 'feature' })

/** Less is available than requested, of the account or for a sub-account that uses its pool. */
export function insufficientUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { amount, subAccountId = null }: { readonly amount: number; readonly subAccountId?: string | null },
): Denial {
  const ofPool = subAccountId === null ? null : poolDenial(catalog, snapshot, feature, { amount, subAccountId })
  if (ofPool) return ofPool
  const entitlement = evaluateFeature(catalog, snapshot, feature)
  const denial = entitlement.granted ? notEnough : featureNotIncluded
  return denial(catalog, snapshot, entitlement, amount)
}

export const idempotencyMismatch = (): Refused =>
  refused('IDEMPOTENCY_MISMATCH', 'This idempotency key was already used with different input.', {
    field: 'idempotencyKey',
  })

export const reservationClosed = (message: string): Refused =>
  refused('RESERVATION_CLOSED', message, { field: 'reservationId' })

/**
 * Denial of a user who is not a member of the account: it is the same for users of other accounts and for unknown ones. Units of a pool
 * have no member, because those of the sub-account are not members of the account whose units they are.
 */
export function memberDenial({
  subAccountId,
  userId,
  isMember,
}: {
  readonly subAccountId?: string | null
  readonly userId?: string | null
  readonly isMember?: boolean
}): Refused | null {
  if (!userId) return null
  if (subAccountId)
    return refused('INVALID_PARAMETERS', 'Units of a pool have no member: omit userId.', { field: 'userId' })
  return isMember ? null : refused('INVALID_PARAMETERS', 'userId must be a member of the account.', { field: 'userId' })
}

/** Maximum duration of a reservation: longer than any running work. */
const MAX_SECONDS = 7 * 86_400

/** Denial of a duration of a reservation. Null for a valid one. */
export function validateSeconds(seconds: number): Refused | null {
  if (Number.isSafeInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return null
  return refused('INVALID_PARAMETERS', `expiresInSeconds must be between 1 and ${MAX_SECONDS}.`, {
    field: 'expiresInSeconds',
  })
}
