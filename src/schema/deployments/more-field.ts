import { field } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

/** Declares `more`: the members of the agent's report for which the type has no field. */
export const moreField = () =>
  field('Members of the report that no other field of this type contains. Null if there are none.', () => JSONValue, {
    nullable: true,
  })
