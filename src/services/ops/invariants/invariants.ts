import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Invariant } from '#services/catalog/invariants/invariant-rule.js'

/** An invariant with its result and the time of the check (machine clock). */
export interface CheckedInvariant extends Invariant {
  readonly checkedAt: Date
}

/** Results of the last round in the background. Empty before the first. Operators only. */
export async function invariants({ database, declared }: CatalogContext): Promise<CheckedInvariant[]> {
  const round = await database.query.selectFrom('invariant_round').select(['results', 'checkedAt']).executeTakeFirst()
  if (!round?.checkedAt) return []
  const { results, checkedAt } = round
  return declared.invariants.rules.flatMap(({ name, description }) => {
    const result = results[name]
    return result ? [{ name, description, ok: result.counterexample === null, ...result, checkedAt }] : []
  })
}
