import {
  getNullableType,
  GraphQLError,
  isInputObjectType,
  isNonNullType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
} from 'graphql'

/**
 * A variable that is a member of an `@oneOf` input must not be nullable, because the member must have a value. graphql-js says the same,
 * but only where the input itself may be null.
 */
const oneOfVariables: ValidationRule = (context) => ({
  OperationDefinition: {
    leave(operation) {
      const types = new Map(operation.variableDefinitions?.map(({ variable, type }) => [variable.name.value, type]))
      for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
        if (!isNonNullType(parentType)) continue
        const input = getNullableType(parentType)
        const type = types.get(node.name.value)
        if (!isInputObjectType(input) || !input.isOneOf || !type || type.kind === Kind.NON_NULL_TYPE) continue
        const message = `Variable "$${node.name.value}" must be non-nullable to be used for OneOf Input Object "${input.name}".`
        context.reportError(new GraphQLError(message, { nodes: [type, node] }))
      }
    },
  },
})

/** Rules in addition to those of the specification. */
export const additionalRules: readonly ValidationRule[] = [oneOfVariables]

/** All rules of a document. */
export const validationRules = (introspection: boolean): readonly ValidationRule[] => [
  ...specifiedRules,
  ...additionalRules,
  ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
]
