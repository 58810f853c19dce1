import type { AccountKind } from '#entities/identity/account.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { isVisible, turnsDirection } from '#services/kernel/text/visible.js'
import { CUSTOMER_PREFIX } from './customer-prefix.js'
import { isMissingId } from './missing-id.js'

/** Maximum length of an ID of the application or of an identity provider. */
const MAX_EXTERNAL_ID = 200
/** Maximum length of a reference in code units, of which a character has one or two. The longest prefix is that of communities. */
export const MAX_REFERENCE = 'community:'.length + 2 * MAX_EXTERNAL_ID
const REFERENCE = new RegExp(
  `^(person|team|community|customer):([^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${MAX_EXTERNAL_ID}})$`,
  'u',
)

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
  if (!reference.startsWith(CUSTOMER_PREFIX)) return null
  const id = reference.slice(CUSTOMER_PREFIX.length)
  const isReference = splitReference(reference) !== null
  if (isReference && isVisible(id) && !turnsDirection(id)) return null
  const message = isMissingId(id)
    ? `'${id.slice(0, MAX_SHOWN)}' stands for a missing value, and names no customer. Pass your own ID of the customer.`
    : isReference
      ? `${CUSTOMER_PREFIX} must be followed by an ID with a visible character, and without one that turns the direction of text.`
      : `${CUSTOMER_PREFIX} must be followed by an ID of 1 to ${MAX_EXTERNAL_ID} printable characters.`
  return new AppError('BAD_USER_INPUT', message, { details: { field: 'accountId' } })
}
