import { statement, type NoParameters, type Statement } from '#services/kernel/database/statement.js'
import type { RuleOutcome } from './invariant.js'

/** Makes all statements of the transaction read one snapshot of the database. It must be the first statement. */
export const readOneSnapshot = statement(`
  set transaction isolation level repeatable read, read only
`)

/**
 * Statement that checks an invariant. `objects` selects all objects that the invariant concerns: a boolean `ok`, and columns that
 * identify the object. An object whose `ok` is false or null breaks the invariant.
 */
export const invariantStatement = (objects: string): Statement<NoParameters, RuleOutcome> =>
  statement<NoParameters, RuleOutcome>(`
    with object as (${objects})
    select (select count(*)::int from object) as checked,
      (select to_jsonb(broken) - 'ok' from object broken where broken.ok is not true limit 1) as counterexample
  `)
