import { amountWithCurrency } from '#services/kernel/money/money.js'
import type { EntitlementSource } from './entitlement.js'

interface ExplainedConsumption {
  readonly taken: readonly {
    readonly source: { readonly kind: EntitlementSource['kind']; readonly code: string | null }
    readonly amount: number
  }[]
  /** Charges of the units beyond the allowance. */
  readonly charges: readonly {
    readonly units: number | null
    readonly cost: { readonly amountMinor: number; readonly currency: string } | null
  }[]
  readonly debt: number
}

/** Pure: where the units of a consumption came from, as sentences. */
export function explainConsumption({ taken, charges, debt }: ExplainedConsumption): string[] {
  return [
    ...taken.map(
      ({ source: { kind, code }, amount }) => `${amount} of ${kind.toLowerCase()}${code === null ? '' : ` ${code}`}.`,
    ),
    ...charges.flatMap(({ units, cost }) =>
      cost ? [`${units} beyond the allowance cost ${amountWithCurrency(cost)}.`] : [],
    ),
    ...(debt > 0 ? [`${debt} were not available and became debt, which the next grants repay.`] : []),
  ]
}
