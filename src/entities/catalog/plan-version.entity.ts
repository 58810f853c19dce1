import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanSchema } from './plan.entity.js'

/** The immutable terms of a plan; subscribers keep the version they bought. */
export const PlanVersionSchema = defineEntity({
  name: 'PlanVersion',
  tableName: 'plan_version',
  properties: {
    id: p.text().primary(),
    planId: () => p.manyToOne(PlanSchema).mapToPk().fieldName('plan_id'),
    /** From 1. Below zero for the terms of one account. */
    version: p.integer(),
    fingerprint: p.text(),
    /** The terms as the catalog stated them: name, rank, features, supported stacks, prices. */
    terms: p.json().$type<Record<string, unknown>>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'plan_version_number', properties: ['planId', 'version'] }],
})

export type PlanVersionRow = RowOf<typeof PlanVersionSchema>
