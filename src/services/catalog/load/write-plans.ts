import type { EntityManager } from '@mikro-orm/postgresql'
import { PlanVersionSchema } from '#entities/catalog/plan-version.entity.js'
import { PlanSchema } from '#entities/catalog/plan.entity.js'
import { ProductSchema } from '#entities/catalog/product.entity.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { PlanDefinition } from '../definition/types.js'

const planByCode = (em: EntityManager, code: string) => em.findOneOrFail(PlanSchema, { code })

/** A plan that is new, with its product and its first version. */
export async function createPlan(em: EntityManager, plan: PlanDefinition, fingerprint: string): Promise<void> {
  const productId = newId('prd')
  await em.insert(ProductSchema, { id: productId, type: 'PLAN', code: plan.code, name: plan.name })
  await em.insert(PlanSchema, { id: newId('pln'), code: plan.code, groupCode: plan.group, productId })
  await createPlanVersion(em, plan, 1, fingerprint)
}

/** Creates a version with new terms. Accounts keep the version that they have. */
export async function createPlanVersion(
  em: EntityManager,
  plan: PlanDefinition,
  version: number,
  fingerprint: string,
): Promise<void> {
  const { id } = await planByCode(em, plan.code)
  await em.insert(PlanVersionSchema, {
    id: newId('plv'),
    planId: id,
    version,
    fingerprint,
    terms: plan as unknown as Record<string, unknown>,
  })
  await em.nativeUpdate(PlanSchema, { id }, { groupCode: plan.group })
}

/** New words are no new terms: the latest version says them differently. */
export async function renamePlan(em: EntityManager, plan: PlanDefinition): Promise<void> {
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

/** Nothing is deleted: what the file no longer lists is not sold any more, and is back when it lists it again. */
export async function setPlanActive(em: EntityManager, code: string, active: boolean): Promise<void> {
  const { id, productId } = await planByCode(em, code)
  await em.nativeUpdate(PlanSchema, { id }, { active })
  await em.nativeUpdate(ProductSchema, { id: productId }, { active })
}
