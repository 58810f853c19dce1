import type { Transaction } from '#services/kernel/database/database.js'
import type { PlanDefinition } from '../definition/types.js'
import type { CatalogChange } from '../versions/catalog-change.js'
import { chunks, insertProducts, updateProduct } from './write-products.js'

const findPlan = (transaction: Transaction, code: string) =>
  transaction.query.selectFrom('plan').select(['id', 'productId']).where('code', '=', code).executeTakeFirstOrThrow()

/** Creates plans with their products and their first versions, by one statement for each table. */
export async function createPlans(
  transaction: Transaction,
  changes: readonly Extract<CatalogChange, { kind: 'create_plan' }>[],
): Promise<void> {
  const rows = changes.map(({ plan, fingerprint }) => ({
    plan,
    fingerprint,
    productId: transaction.newId('prd'),
    id: transaction.newId('pln'),
  }))
  await insertProducts(
    transaction,
    rows.map(({ productId: id, plan: { code, name } }) => ({ id, type: 'PLAN', code, name })),
  )
  for (const some of chunks(rows)) {
    await transaction.query
      .insertInto('plan')
      .values(some.map(({ id, productId, plan: { code, group } }) => ({ id, code, groupCode: group, productId })))
      .execute()
    await transaction.query
      .insertInto('plan_version')
      .values(
        some.map(({ id: planId, plan, fingerprint }) => ({
          id: transaction.newId('plv'),
          planId,
          version: 1,
          fingerprint,
          terms: { ...plan },
        })),
      )
      .execute()
  }
}

/** Creates a version with new terms. Accounts keep the version that they have. */
export async function createPlanVersion(
  transaction: Transaction,
  plan: PlanDefinition,
  version: number,
  fingerprint: string,
): Promise<void> {
  const { id } = await findPlan(transaction, plan.code)
  await transaction.query
    .insertInto('plan_version')
    .values({ id: transaction.newId('plv'), planId: id, version, fingerprint, terms: { ...plan } })
    .execute()
  await transaction.query.updateTable('plan').set({ groupCode: plan.group }).where('id', '=', id).execute()
}

/** New texts are not new terms: they replace the texts of the latest version. */
export async function renamePlan(transaction: Transaction, plan: PlanDefinition): Promise<void> {
  const { id, productId } = await findPlan(transaction, plan.code)
  const latest = await transaction.query
    .selectFrom('plan_version')
    .select(['id', 'terms'])
    .where('planId', '=', id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { name, description, bullets } = plan
  await transaction.query
    .updateTable('plan_version')
    .set({ terms: { ...latest.terms, name, description, bullets } })
    .where('id', '=', latest.id)
    .execute()
  await updateProduct(transaction, productId, { name })
}

/** Nothing is deleted: a plan that the file no longer lists is not sold, and is sold again when the file lists it again. */
export async function setPlanActive(transaction: Transaction, code: string, active: boolean): Promise<void> {
  const { id, productId } = await findPlan(transaction, code)
  await transaction.query.updateTable('plan').set({ active }).where('id', '=', id).execute()
  await updateProduct(transaction, productId, { active })
}
