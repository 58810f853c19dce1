import { chargesOverage, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import type { PaymentPort } from '../providers/port.js'
import { unsupportedAbility } from './unsupported-ability.js'

/** Denial of a plan with overage by a provider without meters. Null otherwise. */
export function overageDenial(
  catalog: CatalogSnapshot,
  port: Pick<PaymentPort, 'provider' | 'abilities'>,
  planVersionId: string | null,
): Refused | null {
  const plan = planVersionId === null ? undefined : catalog.planByVersionId.get(planVersionId)
  return plan && chargesOverage(plan) ? unsupportedAbility(port, 'metering', 'provider') : null
}
