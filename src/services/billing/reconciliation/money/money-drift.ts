import { moneyText } from '#services/kernel/text/readable.js'
import { COPIED_COLUMNS, differingColumns } from '#services/billing/book/copied-columns.js'
import type { MissingPermission } from '#services/billing/providers/money-listing-port.js'
import type { Money } from '#services/kernel/money/money.js'

/** Differences between the money at a provider and what is recorded here. */
export const MONEY_DRIFT_KINDS = [
  /** The provider received money for which there is no purchase here. */
  'missing_purchase',
  /** A purchase shows another amount than was received. */
  'wrong_amount',
  /** A refund at the provider is not recorded here, or with another status. */
  'missing_refund',
  /** A dispute or chargeback of the provider is not recorded here. */
  'missing_reversal',
  /** A dispute at the provider is not recorded here, or with another status. */
  'missing_dispute',
  /** An invoice at the provider is not recorded here, or with other amounts, lines, dates or another status. */
  'missing_invoice',
  /** An invoice is recorded here that the provider does not know. */
  'unknown_invoice',
  /** A customer is recorded here that the provider does not know. */
  'missing_customer',
  /** A purchase names a payment that the provider does not know. */
  'unknown_payment',
  /** Refund and credit together exceed what was paid. */
  'returned_too_much',
  /** A subscription was charged although another plan, or its end, was planned for that time. */
  'charged_against_plan',
  /** The account's credit at the provider is not what its invoices and adjustments add up to. */
  'wrong_credit',
  /** A transfer to a vendor is at one side only, or with another amount. */
  'wrong_transfer',
  /** The sales figures of a day are not what its purchases add up to. */
  'wrong_sales',
  /** The provider's app lacks a permission, so some money is compared less completely. */
  'missing_permission',
] as const
export type MoneyDriftKind = (typeof MONEY_DRIFT_KINDS)[number]

/** Action that resolves a difference: sync it again, refund the payment, or accept it. */
export type DriftAction = 'APPLY' | 'REFUND' | 'ACCEPT'

/** A difference in money, in words, with the action for an operator. */
export interface MoneyDifference {
  readonly kind: MoneyDriftKind
  /** For example `payment:pi_…`. */
  readonly object: string
  readonly accountId: string | null
  readonly description: string
  readonly ours: unknown
  readonly theirs: unknown
  readonly action: DriftAction
  /** True if it can be healed without an operator: nothing is charged, refunded or rewritten by that. */
  readonly safe: boolean
}

/** A purchase as far as its money goes. */
export interface OurMoney {
  readonly purchaseId: string
  readonly accountId: string
  readonly paymentId: string | null
  readonly invoiceId: string | null
  readonly amountMinor: number
  readonly creditMinor: number
  readonly currency: string
}

/** Pure: a payment at the provider against the purchase that names it. */
export function chargeDifference(
  theirs: { readonly paymentId: string; readonly accountId: string | null; readonly money: Money },
  ours: OurMoney | null,
): MoneyDifference | null {
  const { paymentId, money, accountId } = theirs
  const about = { object: `payment:${paymentId}`, theirs: money }
  if (!ours)
    return {
      ...about,
      kind: 'missing_purchase',
      accountId,
      description: `The provider received ${moneyText(money)} by payment ${paymentId}, and no purchase here records it.`,
      ours: null,
      action: 'REFUND',
      safe: true,
    }
  if (differingColumns(COPIED_COLUMNS.purchase(ours), money).length === 0) return null
  const recorded = { amountMinor: ours.amountMinor, currency: ours.currency }
  return {
    ...about,
    kind: 'wrong_amount',
    accountId: ours.accountId,
    description: `The provider received ${moneyText(money)} by payment ${paymentId}, and purchase ${ours.purchaseId} records ${moneyText(recorded)}.`,
    ours: { purchaseId: ours.purchaseId, ...recorded },
    action: 'APPLY',
    safe: false,
  }
}

/** Pure: a paid invoice at the provider against the purchase that it makes. */
export function invoiceDifference(
  theirs: {
    readonly externalId: string
    readonly accountId: string | null
    readonly paid: Money
    readonly creditMinor: number
    readonly total: Money
    /** It bills something of the catalog. */
    readonly ours: boolean
  },
  ours: OurMoney | null,
): MoneyDifference | null {
  const { externalId, paid, accountId, total } = theirs
  const creditMinor = Math.max(0, theirs.creditMinor)
  const about = { object: `invoice:${externalId}`, theirs: { ...paid, creditMinor } }
  if (!ours) {
    if (total.amountMinor <= 0 || !theirs.ours) return null
    return {
      ...about,
      kind: 'missing_purchase',
      accountId,
      description: `Invoice ${externalId} over ${moneyText(total)} is paid at the provider, and no purchase here records it.`,
      ours: null,
      action: 'APPLY',
      safe: true,
    }
  }
  if (ours.amountMinor === paid.amountMinor && ours.creditMinor === creditMinor && ours.currency === paid.currency)
    return null
  const recorded = { amountMinor: ours.amountMinor, currency: ours.currency }
  const credit = { amountMinor: creditMinor, currency: paid.currency }
  return {
    ...about,
    kind: 'wrong_amount',
    accountId: ours.accountId,
    description: `Invoice ${externalId} was paid with ${moneyText(paid)} in money and ${moneyText(credit)} in credit, and purchase ${ours.purchaseId} records ${moneyText(recorded)} in money.`,
    ours: { purchaseId: ours.purchaseId, ...recorded, creditMinor: ours.creditMinor },
    action: 'APPLY',
    safe: false,
  }
}

/** A recorded refund, reversal or dispute. */
export interface OurMovement {
  readonly status: string
  readonly amountMinor: number
  readonly paymentId: string | null
  readonly accountId: string
}

/** Differences of money that went back, or that is disputed. */
export type MovementDriftKind = 'missing_refund' | 'missing_reversal' | 'missing_dispute'

const MOVEMENTS: Record<MovementDriftKind, string> = {
  missing_refund: 'Refund',
  missing_reversal: 'Reversal',
  missing_dispute: 'Dispute',
}

/** Pure: a refund, a reversal or a dispute at the provider against its row here. */
export function movementDifference(
  kind: MovementDriftKind,
  theirs: {
    readonly externalId: string
    readonly paymentId: string | null
    readonly money: Money
    readonly status: string
  },
  ours: OurMovement | null,
  accountId: string | null,
): MoneyDifference | null {
  const { money, paymentId } = theirs
  const copied = { status: theirs.status, amountMinor: money.amountMinor }
  const isOfPayment = !ours?.paymentId || !paymentId || ours.paymentId === paymentId
  if (ours && isOfPayment && differingColumns(ours, copied).length === 0) return null
  const amountMinor = ours?.amountMinor ?? money.amountMinor
  const what = MOVEMENTS[kind]
  const others = [
    amountMinor === money.amountMinor ? '' : ` with ${moneyText({ ...money, amountMinor })}`,
    isOfPayment ? '' : ` for payment ${ours?.paymentId}`,
  ]
  const here = ours ? `is ${ours.status} here${others.join('')}` : 'is not recorded here'
  return {
    kind,
    object: `${what.toLowerCase()}:${theirs.externalId}`,
    accountId: ours?.accountId ?? accountId,
    description: `${what} ${theirs.externalId} of ${moneyText(theirs.money)} is ${theirs.status} at the provider and ${here}.`,
    ours: ours && { status: ours.status, ...(amountMinor === money.amountMinor ? {} : { amountMinor }) },
    theirs: { ...theirs.money, status: theirs.status, paymentId: theirs.paymentId },
    action: 'APPLY',
    safe: true,
  }
}

/** Pure: a permission that the provider's app lacks. Accepted, it is not named again. */
export const permissionDifference = (provider: string, { name, consequence }: MissingPermission): MoneyDifference => ({
  kind: 'missing_permission',
  object: `permission:${name}`,
  accountId: null,
  description: `The ${provider} app of this server lacks the permission "${name}": ${consequence}. Enable it in the settings of the app at the provider.`,
  ours: null,
  theirs: { permission: name },
  action: 'ACCEPT',
  safe: false,
})
