import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

export const EntitlementSourceKind = enumType('EntitlementSourceKind', 'Kind of an entitlement source.', {
  PLAN: 'The plan version of the account.',
  ADDON: 'An add-on of the subscription.',
  PACKAGE: 'A purchased package.',
  ROLLOVER: 'Unused units of ended windows, by the terms of the plan.',
  POOL: 'The pool of the parent account.',
  OVERRIDE: 'An override by an operator.',
  OVERAGE: 'Units beyond the allowance, at the price of the plan.',
})
export type EntitlementSourceKind = keyof typeof EntitlementSourceKind

/** One source of an entitlement. `object` is added by its resolver from `objectId`. */
@objectType('A plan version, add-on, package or override that grants a feature, with its amount and end.')
export class EntitlementSource {
  readonly __typename?: 'EntitlementSource'

  @field('Kind of the source.', () => EntitlementSourceKind)
  kind!: EntitlementSourceKind

  @field(
    'Code of the plan, add-on or package; of a rollover, of the plan that granted the units. Null for an override.',
    () => String,
    { nullable: true },
  )
  code!: string | null

  @field('Reason of an override. Null for other sources.', () => String, { nullable: true })
  reason!: string | null

  @field(
    'Units granted by this source; for a pack, without units used in earlier windows. Null if unlimited or not counted.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  amount!: number | null

  @field('Whether the source removes the limit.', () => Boolean)
  unlimited!: boolean

  @field('Expiry time (business clock). Null if it does not expire.', () => DateTime, { nullable: true })
  expiresAt!: Date | null

  /** ID of the plan, package or grant that `object` loads. Null if there is none. */
  objectId!: string | null
}
