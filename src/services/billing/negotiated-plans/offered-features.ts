import { isMap } from '#services/catalog/definition/catalog-reader.js'
import { readOfferedFeatures } from '#services/catalog/definition/read-offered-features.js'
import type { PlanDefinition, PlanFeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogPlan, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'

/** Terms of features in the form of the catalog, with amounts in the currency of the price, or the denial. Null if the offer has those of the plan. */
export function readFeatures(
  { features, currency }: CatalogSnapshot,
  sold: CatalogPrice | null,
  said: unknown,
): readonly PlanFeatureDefinition[] | Refused | null {
  if (said === undefined || said === null) return null
  if (!isMap(said) || Object.keys(said).length === 0)
    return refused('INVALID_PARAMETERS', 'features must be a map of features, for example { "calls": 50000 }.', {
      field: 'features',
    })
  const own = sold?.currency ?? currency
  const read = readOfferedFeatures(said, { features, currency: own, soldIn: [own], pricedPer: sold?.per ?? null })
  if ('features' in read) return read.features
  const [issue, ...issues] = read.issues.map(({ path, message }): InputIssue => ({
    path: ['features', ...path.split('.')],
    code: 'INVALID_PARAMETERS',
    message,
  }))
  return refusedInput([issue!, ...issues])
}

/** The version of a plan that only the offer has: the terms on sale with the features of the offer. */
export async function insertVersion(
  transaction: Transaction,
  plan: CatalogPlan,
  offered: readonly PlanFeatureDefinition[],
): Promise<string> {
  const id = transaction.newId('plv')
  await transaction.query.selectFrom('plan').select('id').where('id', '=', plan.id).forUpdate().execute()
  const { terms } = await transaction.query
    .selectFrom('plan_version')
    .select('terms')
    .where('id', '=', plan.versionId)
    .executeTakeFirstOrThrow()
  const { lowest } = await transaction.query
    .selectFrom('plan_version')
    .select(({ fn }) => fn.min<number>('version').as('lowest'))
    .where('planId', '=', plan.id)
    .executeTakeFirstOrThrow()
  const codes = new Set(offered.map(({ feature }) => feature))
  const kept = (terms as unknown as PlanDefinition).features.filter(({ feature }) => !codes.has(feature))
  await transaction.query
    .insertInto('plan_version')
    .values({
      id,
      planId: plan.id,
      version: Math.min(lowest, 0) - 1,
      fingerprint: id,
      terms: { ...terms, features: [...kept, ...offered] },
    })
    .execute()
  return id
}
