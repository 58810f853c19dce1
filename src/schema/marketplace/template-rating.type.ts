import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime } from '../kernel/scalars.js'

/** What somebody who has deployed a template thinks of it. */
@objectType('What somebody who has deployed a template thinks of it.')
export class TemplateRating {
  @field('From 1 to 5.', () => Int)
  stars!: number

  @field('What they say; null when nothing.', () => String, { nullable: true })
  comment!: string | null

  @field('When.', () => DateTime)
  at!: Date
}

/** A page of ratings. */
export const TemplateRatingConnection = connection('TemplateRating', 'ratings', () => TemplateRating)
export type TemplateRatingConnection = InstanceType<typeof TemplateRatingConnection>
