import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** What kind of thing grants an entitlement. */
export const EntitlementSourceKind = enumType('EntitlementSourceKind', 'What kind of thing grants an entitlement.', {
  PLAN: 'The version of the plan that the account holds.',
  ADDON: 'An add-on of its subscription.',
  PACKAGE: 'A package that was bought.',
  OVERRIDE: 'A decision of an operator.',
})
export type EntitlementSourceKind = keyof typeof EntitlementSourceKind

/** One source of an entitlement. `object` is added by its resolver from `objectId`. */
@objectType('What grants it: a plan version, an add-on, a package or an override, with its own amount and end.')
export class EntitlementSource {
  readonly __typename?: 'EntitlementSource'

  @field('What kind of thing it is.', () => EntitlementSourceKind)
  kind!: EntitlementSourceKind

  @field('The code of the plan, add-on or package; for an override its reason.', () => String)
  code!: string

  @field(
    'How many it grants, a pack less what earlier windows used; null when unlimited or when the feature is not counted.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  amount!: number | null

  @field('Whether it lifts the limit altogether.', () => Boolean)
  unlimited!: boolean

  @field('When it ends; null when it does not.', () => DateTime, { nullable: true })
  expiresAt!: Date | null

  /** Id of the plan, package or grant that `object` loads; null when there is none to show. */
  objectId!: string | null
}
