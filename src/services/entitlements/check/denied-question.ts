import type { CheckInput } from '#schema/entitlements/check.input.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { invalidProperties } from '../model/use-properties.js'
import { invalidTexts } from '../model/use-texts.js'
import { invalidAmountOfWork } from '../model/work.js'
import { UNDECIDED, type Check } from './decide-check.js'

/** Pure: result of a question with values that `consume` refuses. Null if it has none. */
export function deniedQuestion(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { feature: code, amount, work, properties, ...texts }: CheckInput,
): Check | null {
  const feature = catalog.features.get(code)
  const denial =
    invalidTexts(texts) ??
    (work ? invalidAmountOfWork(amount, 1) : null) ??
    (feature && properties ? invalidProperties(feature, properties) : null)
  if (!denial) return null
  const entitlement = feature ? evaluateFeature(catalog, snapshot, feature) : null
  return { ...UNDECIDED, allowed: false, entitlement, denial, explain: [denial.message] }
}
