import { moneyText, numberText } from '#services/kernel/text/readable.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementSource } from './entitlement.js'
import { sourceText } from './source-name.js'

interface ExplainedConsumption {
  readonly taken: readonly {
    readonly source: { readonly kind: EntitlementSource['kind']; readonly code: string | null }
    readonly amount: number
  }[]
  /** Charges of the units beyond the allowance. */
  readonly charges: readonly {
    readonly units: number | null
    /** Units by the tiers of their price. */
    readonly summary: string
    readonly cost: { readonly amountMinor: number; readonly currency: string } | null
  }[]
  readonly debt: number
  readonly late: boolean
  readonly estimated: boolean
  readonly providerCost: string | null
}

/** Pure: where the units of a consumption came from, as sentences. */
export function explainConsumption(
  catalog: CatalogSnapshot,
  { taken, charges, debt, late, estimated, providerCost }: ExplainedConsumption,
): string[] {
  return [
    ...taken.flatMap(({ source, amount }) =>
      source.kind === 'OVERAGE' ? [] : [`${numberText(amount)} come from ${sourceText(catalog, source)}.`],
    ),
    ...charges.flatMap(({ units, cost, summary }) =>
      cost ? [`${numberText(units ?? 0)} beyond the allowance cost ${moneyText(cost)}: ${summary}.`] : [],
    ),
    ...(debt > 0 ? [`${numberText(debt)} were not available and became debt, which the next grants repay.`] : []),
    ...(providerCost === null ? [] : [`The provider of the work reported a cost of ${providerCost} USD.`]),
    ...(late ? ['It was committed after its reservation had ended.'] : []),
    ...(estimated ? ['The reservation ended without a commit, and its estimate was consumed.'] : []),
  ]
}
