import { enumType, field, objectType } from '../kernel/decorators.js'

/** How a feature is counted. */
export const FeatureKind = enumType('FeatureKind', 'How a feature is counted.', {
  BOOLEAN: 'Not at all: it is on or off.',
  LIMIT: 'By named resources that exist now; given back when they go.',
  QUOTA: 'By use within a window; resets when the window ends.',
  RATE: 'By requests in a short time.',
  CREDIT: 'By credits that are granted, dated and consumed.',
})
export type FeatureKind = keyof typeof FeatureKind

/** Something that a plan or package can grant. */
@objectType('Something that a plan or a package can grant.')
export class Feature {
  readonly __typename?: 'Feature'

  @field('The stable name for programs, as `ai_stories`.', () => String)
  code!: string

  @field('The name for people.', () => String)
  name!: string

  @field('How it is counted.', () => FeatureKind)
  kind!: FeatureKind

  @field('What one of it is called, as `story`; null when it is not counted.', () => String, { nullable: true })
  unit!: string | null
}
