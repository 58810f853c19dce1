import {
  Kind,
  OperationTypeNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type SelectionSetNode,
} from 'graphql'
import { edgeError } from './edge-error.js'

/**
 * The error for a subscription whose root field has a condition, which GraphQL forbids since September 2025. The rule of graphql-js 16
 * evaluates the conditions without variables and throws, so this check must precede validation.
 */
export function checkSubscriptionRoots(document: DocumentNode): GraphQLError | undefined {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
      continue
    const condition = rootCondition(definition.selectionSet, new Map(fragments.map((each) => [each.name.value, each])))
    if (condition) {
      const message = 'The root field of a subscription must not have @skip or @include.'
      return edgeError('GRAPHQL_VALIDATION_FAILED', message, { nodes: condition })
    }
  }
  return undefined
}

/** @param fragments those that were not searched yet */
function rootCondition(
  { selections }: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
): DirectiveNode | undefined {
  for (const selection of selections) {
    const condition = selection.directives?.find(({ name }) => name.value === 'skip' || name.value === 'include')
    if (condition) return condition
    if (selection.kind === Kind.FIELD) continue
    const within = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    if (selection.kind === Kind.FRAGMENT_SPREAD) fragments.delete(selection.name.value)
    const found = within && rootCondition(within.selectionSet, fragments)
    if (found) return found
  }
  return undefined
}
