import {
  buildSchema,
  getVariableValues,
  GraphQLError,
  parse,
  type GraphQLScalarType,
  type OperationDefinitionNode,
} from 'graphql'
import { withVariableIssues } from '#edge/graphql/variable-issues.js'

describe('paths of wrong variables', () => {
  it('are looked for in as many values as there are errors, of any number of values', () => {
    const schema = buildSchema(`scalar Wrong type Query { take(these: [Wrong!]!, those: [Wrong!]): Int }`)
    let tried = 0
    ;(schema.getType('Wrong') as GraphQLScalarType).parseValue = () => {
      tried += 1
      throw new GraphQLError('wrong')
    }
    const document = parse(`query ($these: [Wrong!]!, $those: [Wrong!]) { take(these: $these, those: $those) }`)
    const definitions = (document.definitions[0] as OperationDefinitionNode).variableDefinitions ?? []
    const variables = { these: Array.from({ length: 40_000 }, () => 1), those: [1] }
    const { errors } = getVariableValues(schema, definitions, variables, { maxErrors: 50 })
    tried = 0
    const found = withVariableIssues(errors!, schema, definitions, variables)
    expect(tried).toBe(errors!.length)
    expect(found.slice(0, 2).map(({ extensions }) => extensions['field'])).toEqual(['these.0', 'these.1'])
  })

  it('include those of later variables', () => {
    const schema = buildSchema(`type Query { take(these: [Int!]!, those: [Int!]): Int }`)
    const document = parse(`query ($these: [Int!]!, $those: [Int!]) { take(these: $these, those: $those) }`)
    const definitions = (document.definitions[0] as OperationDefinitionNode).variableDefinitions ?? []
    const variables = { these: [1, 'x'], those: ['y'] }
    const { errors } = getVariableValues(schema, definitions, variables)
    const found = withVariableIssues(errors!, schema, definitions, variables)
    expect(found.map(({ extensions }) => extensions['field'])).toEqual(['these.1', 'those.0'])
  })
})
