import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

@objectType('A rating by an account that deployed the template. Its author is not public.', { implements: Node })
export class TemplateRating implements Node {
  readonly __typename!: 'TemplateRating'
  id!: string

  /** ID of the template that `template` loads. */
  templateId!: string

  @field('Number of stars, 1–5.', () => Int)
  stars!: number

  @field('Comment of the rating. Null if none.', () => String, { nullable: true })
  comment!: string | null

  @field('Time of the rating (business clock).', () => DateTime)
  at!: Date
}

/** A page of ratings. */
export const TemplateRatingConnection = connection('TemplateRating', 'template ratings', () => TemplateRating)
export type TemplateRatingConnection = InstanceType<typeof TemplateRatingConnection>
