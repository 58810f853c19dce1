import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type { DenialCode } from '../codes/codes.js'
import { toFieldPath, type FieldPath, type ValidationIssue } from '../validation/validation-issue.js'

/** Something that a denial or an event points at; the edge loads it. */
export interface NodeReference {
  readonly __typename: string
  readonly id: string
}

/** A price as a remedy shows it. Amounts are integer minor units of the currency. */
export interface PriceView {
  readonly id: string
  readonly money: { readonly amountMinor: number; readonly currency: string }
  readonly interval: BillingInterval
  readonly trialDays: number
  readonly per: string | null
}

export type RemedyKind =
  | 'UPGRADE_PLAN'
  | 'BUY_PACKAGE'
  | 'BUY_TEMPLATE'
  | 'ADD_ADDON'
  | 'WAIT'
  | 'CONTACT_SALES'
  | 'CONTINUE_CHECKOUT'
  | 'CHANGE_PLAN'
  | 'RAISE_SPEND_CAP'
  | 'ASK_PARENT'
  | 'PAY_INVOICE'
  | 'ADD_PAYMENT_METHOD'
  | 'RESUME_SUBSCRIPTION'

/** Account for which the mutation of a remedy is called, and the version at which it was read. */
export interface Buyer {
  readonly accountId: string
  readonly version?: number
}

/** A step that would lift a denial: the mutation to call with its arguments, or the time to wait. */
export interface Remedy {
  readonly kind: RemedyKind
  readonly label: string
  readonly mutation: string | null
  readonly target: NodeReference | null
  readonly price: PriceView | null
  readonly at: Date | null
  readonly url: string | null
  /** Account for which the mutation is called: its state decides whether the step is shown. Absent: the step is always possible. */
  readonly buyer?: Buyer
  /** Provider that a payment by the mutation needs. Absent: the account's, otherwise the only configured one. */
  readonly provider?: NonNullable<ChangedInput['provider']>
  /** Changes of the denied input, if repeating the denied mutation is the step. */
  readonly retry?: ChangedInput
  /** New terms of the subscription, if the step changes them. */
  readonly terms?: { readonly plan: string; readonly interval: PriceView['interval']; readonly quantity: number }
  /** Cap that the account can raise, and the units or money that suffice. */
  readonly spendCap?: {
    readonly capId: string
    readonly feature: string
    readonly period: 'DAY' | 'MONTH' | 'BILLING_PERIOD'
    readonly limit: {
      readonly units: number | null
      readonly money: { readonly amountMinor: number; readonly currency: string } | null
    }
    /** Member whose cap it is. Null: the whole account. */
    readonly userId: string | null
  }
  /** Effective time of a cancellation. Default: the end of the period. */
  readonly changeAt?: 'NOW' | 'PERIOD_END'
}

/** Differences of an input from that of the denied mutation. */
export interface ChangedInput {
  readonly provider: 'STRIPE' | 'PAYPAL' | null
  readonly at: 'NOW' | 'PERIOD_END' | null
  readonly omittedFields: readonly string[]
}

/** Numbers of a denial about an amount: units, or minor units of a currency. */
export interface DeniedAmounts {
  /** Code of the feature. */
  readonly feature: string
  /** Null for units. */
  readonly currency: string | null
  /** Null for credits. */
  readonly limit: number | null
  /** With reservations. Null for credits. */
  readonly used: number | null
  readonly requested: number
  /** Null if the caller may not know it. */
  readonly remaining: number | null
  /** Null if the use does not start again. Rates do by the machine clock. */
  readonly resetsAt: Date | null
}

/** An expected, typed denial with an explanation. Domains add members with their own fields. */
export interface Denial {
  readonly __typename: string
  readonly code: DenialCode
  readonly message: string
  /** Cheapest first; empty when nothing that the caller can do would lift it. */
  readonly remedies: readonly Remedy[]
  /** Absent unless the denial is about an amount. */
  readonly quantity?: DeniedAmounts
}

/** Codes of denials about an amount, which state its numbers. */
export const AMOUNT_CODES = [
  'QUOTA_EXCEEDED',
  'LIMIT_REACHED',
  'INSUFFICIENT_CREDITS',
  'OVERAGE_CAP_REACHED',
  'OVERAGE_UNPAID',
  'POOL_EXHAUSTED',
  'SPEND_CAP_REACHED',
] as const satisfies readonly DenialCode[]
export type AmountCode = (typeof AMOUNT_CODES)[number]

/** A denial about an amount. */
export interface AmountDenial extends Denial {
  readonly code: AmountCode
  readonly quantity: DeniedAmounts
}

/** A denial without fields of its own. */
export interface Refused extends Denial {
  readonly __typename: 'Refused'
  /** Path of the first issue, as in `command.appCode`; null if no single field is at fault. */
  readonly field: string | null
  /** Every problem of the input; empty if no field is at fault. */
  readonly issues: readonly InputIssue[]
}

/** A problem of a field of an input, with the code that it would have as the only problem. */
export interface InputIssue extends ValidationIssue {
  readonly code: DenialCode
  /** Absent: an error. */
  readonly severity?: 'WARNING'
}

/** Too many requests; waiting is enough. */
export interface RateLimited extends Denial {
  readonly __typename: 'RateLimited'
  readonly code: 'RATE_LIMITED'
  readonly retryAfterMs: number
}

/** Codes of denials with a type of their own. A code has one type in GraphQL. */
type TypedCode = 'SUBSCRIPTION_CONFLICT' | 'RATE_LIMITED' | 'INSUFFICIENT_PLAN' | 'TEMPLATE_NOT_PURCHASED' | AmountCode

export function refused(
  code: Exclude<DenialCode, TypedCode>,
  message: string,
  options: { field?: string; remedies?: Remedy[] } = {},
): Refused {
  const { field, remedies = [] } = options
  const issues = field === undefined ? [] : [{ path: toFieldPath(field), code, message }]
  return { __typename: 'Refused', code, message, remedies, field: field ?? null, issues }
}

/** A denial about an amount without fields of its own. */
export const refusedAmount = (
  code: Exclude<AmountCode, 'QUOTA_EXCEEDED' | 'LIMIT_REACHED' | 'INSUFFICIENT_CREDITS'>,
  message: string,
  quantity: DeniedAmounts,
  remedies: readonly Remedy[],
): Refused & AmountDenial => ({ __typename: 'Refused', code, message, remedies, field: null, issues: [], quantity })

/** The denial of an input with one or more problems. Several codes together are `INVALID_PARAMETERS`. */
export function refusedInput(issues: readonly [InputIssue, ...InputIssue[]]): Refused {
  const [{ code, path }] = issues
  return {
    __typename: 'Refused',
    code: issues.every((issue) => issue.code === code) ? code : 'INVALID_PARAMETERS',
    message: issues.map(({ message }) => message).join(' '),
    remedies: [],
    field: path.join('.'),
    issues,
  }
}

/**
 * The denial of one item of a call for many, with paths of that call.
 * @param paths where the call has the arguments that the item has on its own
 */
export function deniedItem(denial: Denial, paths: Readonly<Record<string, FieldPath>>): Denial {
  const { issues } = denial as Partial<Refused>
  if (!issues?.length) return denial
  const moved = issues.map((issue) => {
    const [first = '', ...rest] = issue.path
    return { ...issue, path: [...(paths[first] ?? [first]), ...rest] }
  })
  return { ...denial, field: moved[0]!.path.join('.'), issues: moved } as Refused
}

/** A repetition of the denied mutation, with a new key. */
export const retry = (changed: Partial<ChangedInput> = {}): ChangedInput => ({
  provider: null,
  at: null,
  omittedFields: [],
  ...changed,
})

/** The denial of a request for an account, whose state decides which steps are shown. */
export const deniedFor = <Denied extends Denial>(accountId: string, denial: Denied): Denied => ({
  ...denial,
  remedies: denial.remedies.map((step) => ({ buyer: { accountId }, ...step })),
})

export function remedy(kind: RemedyKind, label: string, rest: Partial<Omit<Remedy, 'kind' | 'label'>> = {}): Remedy {
  return { kind, label, mutation: null, target: null, price: null, at: null, url: null, ...rest }
}
