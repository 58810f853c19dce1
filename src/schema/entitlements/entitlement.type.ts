import { Float } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { EntitlementSource } from './entitlement-source.type.js'

/** An account's right to a feature now. */
@objectType("An account's right to a feature at one moment, summed over everything that grants it.")
export class Entitlement {
  readonly __typename?: 'Entitlement'

  @field('The feature.', () => Feature)
  feature!: Feature

  @field('Whether the account has the feature at all.', () => Boolean)
  granted!: boolean

  @field('Whether there is no limit; `limit` and `remaining` are null then.', () => Boolean)
  unlimited!: boolean

  @field(
    'How many in all, of packs what was free when the window began; null when unlimited or when the feature is not counted.',
    () => SafeInt,
    { nullable: true },
  )
  limit!: number | null

  @field('How many are used: in this window for a quota, packs included; existing now for a limit.', () => SafeInt)
  used!: number

  @field('How many are held by open reservations.', () => SafeInt)
  reserved!: number

  @field('max(0, limit - used - reserved). Null: unlimited, or not counted.', () => SafeInt, { nullable: true })
  remaining!: number | null

  @field('When the window ends and use starts from zero; null when it never does.', () => DateTime, { nullable: true })
  resetsAt!: Date | null

  @field('used + reserved in per cent of the limit; null without a limit.', () => Float, { nullable: true })
  percent!: number | null

  @field('Whether use has reached the warning threshold of the catalog.', () => Boolean)
  nearLimit!: boolean

  @field('What grants it, in the order in which it is taken.', () => [EntitlementSource])
  sources!: readonly EntitlementSource[]

  @field('The version of the account that this describes.', () => SafeInt)
  version!: number
}
