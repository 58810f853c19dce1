import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Caller } from '#services/identity/model/caller.js'
import type { ProviderName } from '../providers/provider-name.js'

/** Input that every buyer can send. All fields except the key are optional. */
export interface CheckoutInput {
  readonly accountId?: string | null
  readonly currency?: string | null
  readonly quantity?: number | null
  readonly promotionCode?: string | null
  readonly provider?: ProviderName | null
  readonly successUrl?: string | null
  readonly cancelUrl?: string | null
  readonly pluginId?: string | null
  readonly userEmail?: string | null
  readonly userDomain?: string | null
  readonly billingFirstName?: string | null
  readonly billingLastName?: string | null
  readonly idempotencyKey: string
}

/** The same with its defaults filled in; with what is bought, two calls are the same when these are. */
export interface PurchaseRequest {
  /** Null: the account's own, else the catalog's. */
  readonly currency: string | null
  readonly quantity: number
  readonly promotionCode: string | null
  /** Null: the account's own, else the only configured one. */
  readonly provider: ProviderName | null
  readonly successUrl: string | null
  readonly cancelUrl: string | null
  readonly pluginId: string | null
  readonly userEmail: string | null
  readonly userDomain: string | null
  /** The payer's name for the provider's customer; null leaves it to the provider's page. */
  readonly payerName: string | null
}

export function purchaseRequest(input: CheckoutInput): PurchaseRequest {
  return {
    currency: input.currency ?? null,
    quantity: input.quantity ?? 1,
    promotionCode: input.promotionCode || null,
    provider: input.provider ?? null,
    successUrl: input.successUrl ?? null,
    cancelUrl: input.cancelUrl ?? null,
    pluginId: input.pluginId ?? null,
    userEmail: input.userEmail ?? null,
    userDomain: input.userDomain ?? null,
    payerName: payerName(input),
  }
}

const MAX_NAME_LENGTH = 100

const payerName = (input: CheckoutInput): string | null =>
  [input.billingFirstName, input.billingLastName].filter(Boolean).join(' ') || null

/**
 * Problems of the payer's name. The provider accepts 256 characters; a longer name would be rejected there permanently, after the
 * customer was recorded.
 */
const payerNameIssues = (input: CheckoutInput): InputIssue[] =>
  (['billingFirstName', 'billingLastName'] as const)
    .filter((field) => (input[field]?.length ?? 0) > MAX_NAME_LENGTH)
    .map((field) => ({
      path: [field],
      code: 'INVALID_PARAMETERS',
      message: `${field} must be at most ${MAX_NAME_LENGTH} characters long.`,
    }))

const EMAIL = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$/

/**
 * The buyer's address. That of a user is the caller's own, and one in the input must be the same. A service, or a user whose token has
 * none, sends it, or it is that of the account. Checked before any provider call.
 */
export function payerEmail(
  caller: Caller,
  account: Pick<AccountRow, 'billingEmail'>,
  input: CheckoutInput,
): string | Refused {
  const given = input.userEmail ?? null
  const own = caller.kind === 'user' ? caller.email : ''
  const email = own || (given ?? account.billingEmail ?? '')
  const issues = own ? ownEmailIssues(own, given) : emailIssues(email, NO_PAYER)
  const [first, ...rest] = [...payerNameIssues(input), ...issues]
  return first ? refusedInput([first, ...rest]) : email
}

const NO_PAYER =
  'A valid email address of the buyer is required: set it with upsertAccount, or send userEmail where the mutation has it.'

const emailIssue = (message: string): InputIssue => ({ path: ['userEmail'], code: 'INVALID_EMAIL', message })

const emailIssues = (email: string, message: string): InputIssue[] => (EMAIL.test(email) ? [] : [emailIssue(message)])

const ownEmailIssues = (own: string, given: string | null): InputIssue[] =>
  given !== null && given.toLowerCase() !== own.toLowerCase()
    ? [emailIssue("userEmail must be the caller's own email address.")]
    : emailIssues(own, 'The email address in the token is not valid.')
