import { isObjectType, Kind, parse, type GraphQLResolveInfo, type OperationDefinitionNode } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'

const fields = Object.values(buildGraphQLSchema(allResolvers).getTypeMap())
  .filter(isObjectType)
  .flatMap((type) => Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const))
  .filter(([, { args }]) => ['first', 'last'].every((name) => args.some((argument) => argument.name === name)))

describe('lists that can be read from both ends', () => {
  it('are found', () => {
    expect(fields.length).toBeGreaterThanOrEqual(13)
  })

  it.each(fields)('reject the arguments of both directions: %s', async (_coordinate, field) => {
    /** Code of the error. The resolvers fail with others, because they have no context. */
    const codeOf = async (written: string, variableValues: Record<string, unknown> = {}) => {
      const { selectionSet } = parse(`{ list(${written}) }`).definitions[0] as OperationDefinitionNode
      const node = selectionSet.selections[0]!
      if (node.kind !== Kind.FIELD) throw new Error('Expected a field')
      const defaults = Object.fromEntries(field.args.map(({ name, defaultValue }) => [name, defaultValue]))
      const given = node.arguments!.flatMap(({ name, value }) => {
        if (value.kind === Kind.VARIABLE)
          return value.name.value in variableValues ? [[name.value, variableValues[value.name.value]]] : []
        return [[name.value, value.kind === Kind.NULL ? null : 'value' in value ? value.value : undefined]]
      })
      const info = { fieldNodes: [node], variableValues } as unknown as GraphQLResolveInfo
      const args = { ...defaults, ...(Object.fromEntries(given) as object) }
      try {
        await field.resolve!({}, args, {}, info)
        return 'none'
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        return code === 'BAD_USER_INPUT' && message.startsWith('Use either') ? 'refused' : 'none'
      }
    }
    expect(await codeOf('first: 4, last: 2')).toBe('refused')
    expect(await codeOf('first: 4, before: "x"')).toBe('refused')
    expect(await codeOf('first: 0, last: 0')).toBe('refused')
    expect(await codeOf('first: $n, last: 2', { n: 4 })).toBe('refused')
    expect(await codeOf('first: $n, last: 2', { n: null })).toBe('none')
    expect(await codeOf('first: $n, last: 2')).toBe('none')
    expect(await codeOf('first: null, last: 2')).toBe('none')
    expect(await codeOf('last: 2, before: "x"')).toBe('none')
    expect(await codeOf('first: 4, last: null')).toBe('none')
  })
})
