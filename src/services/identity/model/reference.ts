import type { AccountKind } from '#entities/identity/account.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { CUSTOMER_PREFIX } from './customer-prefix.js'
import { isMissingId } from './missing-id.js'

const REFERENCE = /^(person|team|community|customer):([^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,200})$/u

const KINDS: Record<string, AccountKind> = {
  person: 'PERSON',
  team: 'TEAM',
  community: 'COMMUNITY',
  customer: 'CUSTOMER',
}
const MAX_SHOWN = 60

/** Kind and external ID of a reference such as `person:<sub>`. Null for anything else, for example an ID, or `customer:undefined`. */
export function splitReference(reference: string): { kind: AccountKind; externalId: string } | null {
  const [, kind, externalId] = (reference.includes(':') && REFERENCE.exec(reference)) || []
  return kind && externalId && !isMissingId(externalId) ? { kind: KINDS[kind]!, externalId } : null
}

/** The error for a reference that begins as that of a customer, and names none. Null for all others. */
export function wrongCustomer(reference: string): AppError | null {
  if (!reference.startsWith(CUSTOMER_PREFIX) || splitReference(reference)) return null
  const id = reference.slice(CUSTOMER_PREFIX.length)
  const message = isMissingId(id)
    ? `'${id.slice(0, MAX_SHOWN)}' stands for a missing value, and names no customer. Pass your own ID of the customer.`
    : `${CUSTOMER_PREFIX} must be followed by an ID of 1 to 200 printable characters.`
  return new AppError('BAD_USER_INPUT', message, { details: { field: 'accountId' } })
}
