import type { EntityManager } from '@mikro-orm/postgresql'
import { PlanVersionSchema } from '../../../entities/catalog/plan-version.entity.js'
import { PlanSchema } from '../../../entities/catalog/plan.entity.js'
import { PriceSchema } from '../../../entities/catalog/price.entity.js'
import { ProductSchema } from '../../../entities/catalog/product.entity.js'
import type { Database } from '../../kernel/database/database.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { newId } from '../../kernel/ids/ids.js'
import type { CatalogDefinition, PlanDefinition, PriceDefinition } from '../definition/types.js'
import type { CatalogChange, LoadedPlan } from '../versions/catalog-change.js'
import { decideCatalogChanges } from '../versions/decide-catalog-changes.js'

/** Any number: processes that start together load one after the other. */
const LOAD_LOCK = 7_142_027

/**
 * Makes the tables say what the file says: load what is there → decide the changes (pure) → write them, in one transaction.
 * Loading the same file again changes nothing. Answers how many changes there were.
 */
export async function loadCatalog(database: Database, definition: CatalogDefinition): Promise<number> {
  return database.orm.em.fork().transactional(async (em) => {
    await em.execute(`select pg_advisory_xact_lock(${LOAD_LOCK})`)
    await refuseOtherBusiness(em, definition.business)
    const plans = await loadedPlans(em)
    const changes = decideCatalogChanges({ business: definition.business, plans }, definition)
    const relevant = changes.filter((change) => /_(plan|plan_version|price)$/.test(change.kind))
    for (const change of relevant) await apply(em, change)
    return relevant.length
  })
}

async function refuseOtherBusiness(em: EntityManager, business: string): Promise<void> {
  await em.execute(`insert into installation (id, business) values (1, ?) on conflict (id) do nothing`, [business])
  const [row] = await em.execute<{ business: string }[]>(`select business from installation where id = 1`)
  if (row?.business !== business)
    throw new AppError(
      'CONFIGURATION',
      `this database was set up for the business '${row?.business}', and CATALOG names '${business}': use another database (or start with --fresh to forget this one)`,
    )
}

async function loadedPlans(em: EntityManager): Promise<LoadedPlan[]> {
  const plans = await em.find(PlanSchema, {}, { orderBy: { id: 'asc' } })
  const versions = await em.find(PlanVersionSchema, {}, { orderBy: { version: 'asc' } })
  const prices = await em.find(PriceSchema, {})
  return plans.map((plan) => {
    const latest = versions.filter((version) => version.planId === plan.id).at(-1)!
    const terms = latest.terms as unknown as PlanDefinition
    return {
      code: plan.code,
      name: terms.name,
      description: terms.description,
      bullets: terms.bullets,
      active: plan.active ?? true,
      version: latest.version,
      fingerprint: latest.fingerprint,
      prices: prices
        .filter((price) => price.productId === plan.productId)
        .map((price) => ({
          id: price.id,
          interval: price.interval,
          currency: price.currency,
          amountMinor: price.amountMinor,
          trialDays: price.trialDays || null,
          per: price.per ?? null,
          active: price.active ?? true,
        })),
    }
  })
}

async function apply(em: EntityManager, change: CatalogChange): Promise<void> {
  switch (change.kind) {
    case 'create_plan':
      return createPlan(em, change.plan, change.fingerprint)
    case 'create_plan_version':
      return createVersion(
        em,
        (await planByCode(em, change.plan.code)).id,
        change.plan,
        change.version,
        change.fingerprint,
      )
    case 'update_plan':
      return renamePlan(em, change.plan)
    case 'activate_plan':
    case 'deactivate_plan':
      return setPlanActive(em, change.code, change.kind === 'activate_plan')
    case 'create_price':
      if (change.owner.type === 'PLAN')
        await createPrice(em, (await planByCode(em, change.owner.code)).productId, change.price)
      return
    case 'activate_price':
    case 'deactivate_price':
      await em.nativeUpdate(PriceSchema, { id: change.price.id }, { active: change.kind === 'activate_price' })
      return
    default:
      return
  }
}

const planByCode = (em: EntityManager, code: string) => em.findOneOrFail(PlanSchema, { code })

async function createPlan(em: EntityManager, plan: PlanDefinition, fingerprint: string): Promise<void> {
  const productId = newId('prd')
  const id = newId('pln')
  await em.insert(ProductSchema, { id: productId, type: 'PLAN', code: plan.code, name: plan.name })
  await em.insert(PlanSchema, { id, code: plan.code, groupCode: plan.group, productId })
  await createVersion(em, id, plan, 1, fingerprint)
}

async function createVersion(
  em: EntityManager,
  planId: string,
  plan: PlanDefinition,
  version: number,
  fingerprint: string,
): Promise<void> {
  await em.insert(PlanVersionSchema, {
    id: newId('plv'),
    planId,
    version,
    fingerprint,
    terms: plan as unknown as Record<string, unknown>,
  })
  await em.nativeUpdate(PlanSchema, { id: planId }, { groupCode: plan.group })
}

/** New words are no new terms: the latest version says them differently. */
async function renamePlan(em: EntityManager, plan: PlanDefinition): Promise<void> {
  const { id, productId } = await planByCode(em, plan.code)
  const [latest] = await em.find(PlanVersionSchema, { planId: id }, { orderBy: { version: 'desc' }, limit: 1 })
  const { name, description, bullets } = plan
  await em.nativeUpdate(
    PlanVersionSchema,
    { id: latest!.id },
    { terms: { ...latest!.terms, name, description, bullets } },
  )
  await em.nativeUpdate(ProductSchema, { id: productId }, { name })
}

async function setPlanActive(em: EntityManager, code: string, active: boolean): Promise<void> {
  const { id, productId } = await planByCode(em, code)
  await em.nativeUpdate(PlanSchema, { id }, { active })
  await em.nativeUpdate(ProductSchema, { id: productId }, { active })
}

async function createPrice(em: EntityManager, productId: string, price: PriceDefinition): Promise<void> {
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
