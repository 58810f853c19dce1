import type { Database, Transaction } from '#services/kernel/database/database.js'
import { lockName } from '#services/kernel/database/named-lock.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogDefinition } from '../definition/types.js'
import type { CatalogChange } from '../versions/catalog-change.js'
import { decideCatalogChanges } from '../versions/decide-catalog-changes.js'
import { loadedCatalog } from './loaded-catalog.js'
import { deactivatePackage, putPackage } from './write-packages.js'
import { createPlans, createPlanVersion, renamePlan, setPlanActive } from './write-plans.js'
import { insertCatalogPrices, setPriceActive } from './write-products.js'

/**
 * Applies a catalog file to the tables: loads the current rows, decides the changes (pure), and writes them in one
 * transaction. Loading the same file again changes nothing. Returns the number of changes.
 */
export function loadCatalog(database: Database, definition: CatalogDefinition): Promise<number> {
  return database.transaction(async (transaction) => (await applyCatalog(transaction, definition)).length)
}

/** The same within a transaction. Returns the changes. */
export async function applyCatalog(transaction: Transaction, definition: CatalogDefinition): Promise<CatalogChange[]> {
  await lockCatalog(transaction)
  await refuseOtherBusiness(transaction, definition.business)
  const changes = await plannedCatalogChanges(transaction, definition)
  // A new catalog is mostly plans and prices: few statements write all of them.
  await createPlans(transaction, ofKind(changes, 'create_plan'))
  for (const change of changes) await apply(transaction, change)
  await insertCatalogPrices(transaction, ofKind(changes, 'create_price'))
  return changes
}

/** Processes that start together, and operators who publish, load one after the other. */
export const lockCatalog = (transaction: Transaction): Promise<void> => lockName(transaction, 'catalog load')

const ofKind = <Kind extends CatalogChange['kind']>(changes: readonly CatalogChange[], kind: Kind) =>
  changes.filter((change): change is Extract<CatalogChange, { kind: Kind }> => change.kind === kind)

/** Changes that loading the file would make. */
export async function plannedCatalogChanges(database: Sql, definition: CatalogDefinition): Promise<CatalogChange[]> {
  const changes = decideCatalogChanges(await loadedCatalog(database, definition.business), definition)
  return changes.filter((change) => /_(plan|plan_version|price|package)$/.test(change.kind))
}

async function refuseOtherBusiness(transaction: Transaction, business: string): Promise<void> {
  await transaction.query
    .insertInto('installation')
    .values({ id: 1, business })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const installation = await transaction.query
    .selectFrom('installation')
    .select('business')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
  if (installation.business !== business)
    throw new AppError(
      'CONFIGURATION',
      `this database belongs to business '${installation.business}', but CATALOG is '${business}'; keep both by another data folder (for example DATA_DIR=.stackgate-${business} npm start) or another DATABASE_URL, or start with --fresh to delete this one`,
    )
}

/** Features live in memory only; categories, vendors and templates are the marketplace's. New plans and prices are written together. */
async function apply(transaction: Transaction, change: CatalogChange): Promise<void> {
  switch (change.kind) {
    case 'create_plan_version':
      return createPlanVersion(transaction, change.plan, change.version, change.fingerprint)
    case 'update_plan':
      return renamePlan(transaction, change.plan)
    case 'activate_plan':
    case 'deactivate_plan':
      return setPlanActive(transaction, change.code, change.kind === 'activate_plan')
    case 'put_package':
      return putPackage(transaction, change.definition, change.fingerprint)
    case 'deactivate_package':
      return deactivatePackage(transaction, change.code)
    case 'activate_price':
    case 'deactivate_price':
      return setPriceActive(transaction, change.price.id, change.kind === 'activate_price')
    default:
      return
  }
}
