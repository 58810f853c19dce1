import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType } from 'graphql'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

describe('Enums', () => {
  it('say that new values may be added, if they are returned, except units of the calendar', () => {
    const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
    const returned = types
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .flatMap((type) => Object.values(type.getFields()))
      .map(({ type }) => getNamedType(type))
      .filter(isEnumType)
    const closed = [...new Set(returned)].filter(
      ({ description }) => !description?.endsWith('New values may be added.'),
    )
    expect([returned.length > 50, closed.map(({ name }) => name)]).toEqual([true, ['IntervalUnit']])
  })
})
