import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

export const FeatureKind = enumType('FeatureKind', 'Kind of a feature.', {
  BOOLEAN: 'Not counted; either granted or not.',
  LIMIT: 'Counted by existing named resources; released when they are deallocated.',
  QUOTA: 'Counted by use within a window; reset at its end.',
  RATE: 'Counted by requests per minute or hour.',
  CREDIT: 'Counted in dated credits that are granted and consumed.',
})
export type FeatureKind = keyof typeof FeatureKind

export const RatePeriod = enumType('RatePeriod', 'Period of a rate.', {
  MINUTE: 'Requests per minute.',
  HOUR: 'Requests per hour.',
})
export type RatePeriod = keyof typeof RatePeriod

/** Something that a plan or package can grant. */
@objectType('A feature that a plan or package can grant.', { implements: Node })
export class Feature implements Node {
  readonly __typename!: 'Feature'
  id!: string

  @field('Stable code, for example `ai_stories`.', () => String)
  code!: string

  @field('Display name of the feature.', () => String)
  name!: string

  @field('Kind of the feature.', () => FeatureKind)
  kind!: FeatureKind

  @field('Period of a rate. Null for other kinds.', () => RatePeriod, { nullable: true })
  ratePeriod!: RatePeriod | null

  @field(
    'True if hours, days, weeks and months of the feature begin in the time zone of the account (`upsertAccount`), otherwise in UTC.',
    () => Boolean,
  )
  inAccountTimeZone!: boolean

  @field('Name of one unit, for example `story`. Null if not counted.', () => String, { nullable: true })
  unit!: string | null

  @field(
    'Names of the properties of a use, which calls can give and by which usage can be grouped. Empty without any.',
    () => [String],
  )
  propertyNames!: readonly string[]

  @field('Text about the feature for customers. Null if the catalog has none.', () => String, { nullable: true })
  description!: string | null
}
