import { ArgsType } from 'type-graphql'
import { field } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'

@ArgsType()
export class DateRangeArgs {
  @field('Start of the range, inclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}
