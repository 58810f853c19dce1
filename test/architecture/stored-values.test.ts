import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { enumsOf, storedColumns } from '#test/support/stored-columns.js'

/** Columns whose values no field shows as they are, although an enum of the schema resembles them, with what clients see instead. */
const NOT_SHOWN: Record<string, string> = {
  'broker_message.state': 'OperationQueue counts messages by state',
  'mail_message.state': 'OperationQueue counts messages by state',
  'outbox_event.state': 'OperationQueue counts events by state',
}

const columns = () => storedColumns().map((one) => ({ name: `${one.table}.${one.column}`, values: one.values }))

describe('stored values', () => {
  const shownAs = enumsOf(buildGraphQLSchema(allResolvers))

  it('that a constraint allows are read through the enum that shows them', () => {
    const found = columns()
    expect(found.length).toBeGreaterThan(50)
    const unreadable = found.flatMap((column) => {
      const enumeration = shownAs(column)
      if (!enumeration || enumeration.lacking.length === 0 || column.name in NOT_SHOWN) return []
      return [`${column.name} can have ${enumeration.lacking.join(', ')}, which ${enumeration.name} lacks`]
    })
    expect(unreadable).toEqual([])
  })

  it('that no field shows are listed only while an enum resembles them', () => {
    const lacking = columns().filter((column) => (shownAs(column)?.lacking.length ?? 0) > 0)
    expect(Object.keys(NOT_SHOWN).toSorted()).toEqual(lacking.map(({ name }) => name).toSorted())
  })
})
