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

const KINDS: Record<EntitlementSource['kind'], string> = {
  PLAN: 'the plan',
  ADDON: 'the add-on',
  PACKAGE: 'the package',
  POOL: 'the pool',
  OVERRIDE: 'an override',
  OVERAGE: 'use beyond the allowance',
}

const named = ({ kind, code }: ExplainedConsumption['taken'][number]['source']): string =>
  code === null ? KINDS[kind] : `${KINDS[kind]} ${code}`

/** Pure: where the units of a consumption came from, as sentences. */
export function explainConsumption({ taken, charges, debt }: ExplainedConsumption): string[] {
  return [
    ...taken.flatMap(({ source, amount }) =>
      source.kind === 'OVERAGE' ? [] : [`${amount} come from ${named(source)}.`],
    ),
    ...charges.flatMap(({ units, cost }) =>
      cost ? [`${units} beyond the allowance cost ${amountWithCurrency(cost)}.`] : [],
    ),
    ...(debt > 0 ? [`${debt} were not available and became debt, which the next grants repay.`] : []),
  ]
}
