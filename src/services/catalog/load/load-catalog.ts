import type { EntityManager } from '@mikro-orm/postgresql'
import { PriceSchema } from '#entities/catalog/price.entity.js'
import { ProductSchema } from '#entities/catalog/product.entity.js'
import type { Database } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { CatalogDefinition, PriceDefinition } from '../definition/types.js'
import type { CatalogChange, PriceOwner } from '../versions/catalog-change.js'
import { decideCatalogChanges } from '../versions/decide-catalog-changes.js'
import { loadedCatalog } from './loaded-catalog.js'
import { deactivatePackage, putPackage } from './write-packages.js'
import { createPlan, createPlanVersion, renamePlan, setPlanActive } from './write-plans.js'

/** Any number: processes that start together load one after the other. */
const LOAD_LOCK = 7_142_027

/**
 * Applies a catalog file to the tables: loads the current rows, decides the changes (pure), and writes them in one
 * transaction. Loading the same file again changes nothing. Returns the number of changes.
 */
export async function loadCatalog(database: Database, definition: CatalogDefinition): Promise<number> {
  return database.orm.em.fork().transactional(async (em) => {
    await em.execute(`select pg_advisory_xact_lock(${LOAD_LOCK})`)
    await refuseOtherBusiness(em, definition.business)
    const changes = await changesIn(em, definition)
    for (const change of changes) await apply(em, change)
    return changes.length
  })
}

/** Changes that loading the file would make. */
export function plannedCatalogChanges(database: Database, definition: CatalogDefinition): Promise<CatalogChange[]> {
  return changesIn(database.orm.em.fork(), definition)
}

async function changesIn(em: EntityManager, definition: CatalogDefinition): Promise<CatalogChange[]> {
  const changes = decideCatalogChanges(await loadedCatalog(em, definition.business), definition)
  return changes.filter((change) => /_(plan|plan_version|price|package)$/.test(change.kind))
}

async function refuseOtherBusiness(em: EntityManager, business: string): Promise<void> {
  await em.execute(`insert into installation (id, business) values (1, ?) on conflict (id) do nothing`, [business])
  const [row] = await em.execute<{ business: string }[]>(`select business from installation where id = 1`)
  if (row?.business !== business)
    throw new AppError(
      'CONFIGURATION',
      `this database belongs to business '${row?.business}', but CATALOG is '${business}'; use another database, or start with --fresh to delete this one`,
    )
}

/** Features live in memory only; categories, vendors and templates are the marketplace's. */
async function apply(em: EntityManager, change: CatalogChange): Promise<void> {
  switch (change.kind) {
    case 'create_plan':
      return createPlan(em, change.plan, change.fingerprint)
    case 'create_plan_version':
      return createPlanVersion(em, change.plan, change.version, change.fingerprint)
    case 'update_plan':
      return renamePlan(em, change.plan)
    case 'activate_plan':
    case 'deactivate_plan':
      return setPlanActive(em, change.code, change.kind === 'activate_plan')
    case 'put_package':
      return putPackage(em, change.definition, change.fingerprint)
    case 'deactivate_package':
      return deactivatePackage(em, change.code)
    case 'create_price':
      return createPrice(em, change.owner, change.price)
    case 'activate_price':
    case 'deactivate_price':
      await em.nativeUpdate(PriceSchema, { id: change.price.id }, { active: change.kind === 'activate_price' })
      return
    default:
      return
  }
}

async function createPrice(em: EntityManager, { type, code }: PriceOwner, price: PriceDefinition): Promise<void> {
  const { id: productId } = await em.findOneOrFail(ProductSchema, { type, code })
  await em.insert(PriceSchema, {
    id: newId('prc'),
    productId,
    currency: price.currency,
    amountMinor: price.amountMinor,
    interval: price.interval,
    trialDays: price.trialDays ?? 0,
    per: price.per,
  })
}
