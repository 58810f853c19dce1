import { numberText } from '#services/kernel/text/readable.js'
import type { PeriodAllowance } from '#entities/billing/subscription-change.entity.js'
import { validateCharge, roundToRefundable } from '#services/kernel/money/charge-rules.js'

/** A line of an unpaid invoice for a period, and the use of the allowances that it grants. */
export interface UnpaidLine {
  readonly name: string
  readonly plan: string
  readonly amountMinor: number
  readonly periodStart: Date
  readonly periodEnd: Date
  readonly allowances: readonly (PeriodAllowance & { readonly name: string })[]
}

/** An unpaid invoice as the decision sees it. */
export interface UnpaidInvoice {
  readonly currency: string
  /** Sum of all lines after discounts, before taxes that are added. */
  readonly netMinor: number
  /** Sum of all lines before discounts. */
  readonly listedMinor: number
  readonly lines: readonly UnpaidLine[]
}

/** Amount of a line that is owed, because units of its allowance were used. */
export interface UsedLine extends UnpaidLine {
  readonly units: number
  readonly usedMinor: number
  readonly description: string
}

/**
 * Pure: the used part of a period that is not paid: of each line, the share of the most used allowance, rounded down. Empty if nothing was
 * used, or if the amount is below the smallest charge.
 */
export function decideUsedPart({ currency, netMinor, listedMinor, lines }: UnpaidInvoice): readonly UsedLine[] {
  if (netMinor <= 0 || listedMinor <= 0) return []
  const used = lines.flatMap((line): UsedLine[] => {
    const highest = line.allowances.reduce<(typeof line.allowances)[number] | null>(
      (found, one) => (found && found.used * one.granted >= one.used * found.granted ? found : one),
      null,
    )
    if (!highest || highest.used <= 0 || highest.granted <= 0) return []
    const units = Math.min(highest.used, highest.granted)
    const exact =
      (BigInt(line.amountMinor) * BigInt(netMinor) * BigInt(units)) / (BigInt(listedMinor) * BigInt(highest.granted))
    const usedMinor = roundToRefundable({ amountMinor: Number(exact), currency })
    if (usedMinor <= 0) return []
    const description = `Used part of ${line.name}: ${numberText(units)} of ${numberText(highest.granted)} ${highest.name}`
    return [{ ...line, units, usedMinor, description }]
  })
  const amountMinor = sumOf(used)
  return amountMinor > 0 && validateCharge({ amountMinor, currency }) === null ? used : []
}

/** Pure: amount of the used lines together. */
export const sumOf = (lines: readonly UsedLine[]): number => lines.reduce((sum, { usedMinor }) => sum + usedMinor, 0)
