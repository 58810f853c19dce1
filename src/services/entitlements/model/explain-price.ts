import type { UsageOverage, UsagePrice } from '#entities/entitlements/usage-price.js'

/** Steps of a price, for people. */
export function explainPrice(price: UsagePrice): string[] {
  const { version, list, byDefault, lines, minimum, units, plan, overage } = price
  return [
    `Version ${version} of the rate card prices the work${list === undefined ? '' : `, with version ${list} of the price list`}${plan === null ? '' : `, with the rates of plan ${plan}`}.`,
    ...(byDefault ? ['The card has no price of its own for this value: the default line prices it, for review.'] : []),
    ...lines.map(
      ({ line, amount, before, factor, exact, units: charged }) =>
        `${amount} of ${line}${before > 0 ? ` after ${before} in the window` : ''}${factor === '1' ? '' : ` at factor ${factor}`}: ${exact}, rounded with the line's sum to ${charged}.`,
    ),
    ...(minimum === null ? [] : [`A call costs at least ${minimum}.`]),
    `Price: ${units}.`,
    ...(overage ? [overageText(overage)] : []),
  ]
}

const overageText = ({ policy, units }: UsageOverage): string =>
  policy === 'CAP' ? `${units} were not available and not charged.` : `${units} were not available and became debt.`
