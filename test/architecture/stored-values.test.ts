import { isEnumType } from 'graphql'
import { allResolvers } from '#modules/compose.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { storedColumns } from '#test/support/stored-columns.js'

/** Columns whose values no field shows as they are, although an enum of the schema resembles them, with what clients see instead. */
const NOT_SHOWN: Record<string, string> = {
  'broker_message.state': 'OperationQueue counts messages by state',
  'mail_message.state': 'OperationQueue counts messages by state',
  'outbox_event.state': 'OperationQueue counts events by state',
}

const columns = () => storedColumns().map((one) => ({ name: `${one.table}.${one.column}`, values: one.values }))

describe('stored values', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const enums = Object.values(schema.getTypeMap()).flatMap((type) =>
    isEnumType(type) && !type.name.startsWith('__')
      ? [{ name: type.name, values: new Set(type.getValues().map(({ value }) => String(value))) }]
      : [],
  )
  /** The enum that has the most of a column's values, if it has more than half of them, and the values that it lacks. */
  const shownAs = ({ values }: { readonly values: readonly string[] }) => {
    const shared = enums.map((one) => ({ ...one, lacking: values.filter((value) => !one.values.has(value)) }))
    const [best] = shared.toSorted(
      (one, other) => one.lacking.length - other.lacking.length || one.values.size - other.values.size,
    )
    return best && best.lacking.length < values.length / 2 ? best : null
  }

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
