import {
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type FieldDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql'

/** Permissions of operators. */
const OF_OPERATORS = /^(?:OPS|POLICIES|TEMPLATES)_/

/** True for a permission that only operators have. */
export const isOfOperators = (permission: string): boolean => OF_OPERATORS.test(permission)

/** Permission that a field of a printed schema requires. Null if none. */
export function requirementIn({ directives = [] }: FieldDefinitionNode): string | null {
  const value = directives.find(({ name }) => name.value === 'requires')?.arguments?.[0]?.value
  return value?.kind === Kind.ENUM ? value.value : null
}

const isForOperators = (field: FieldDefinitionNode): boolean => {
  const permission = requirementIn(field)
  return permission !== null && isOfOperators(permission)
}

/** A printed schema without the fields that only operators may read, and without types that only they lead to. */
export function customerPart(printed: string): string {
  const document = visit(parse(printed, { noLocation: true }), {
    FieldDefinition: (field) => (isForOperators(field) ? null : undefined),
  })
  const reached = reachedTypes(document)
  const definitions = document.definitions.filter((node) => !isTypeDefinitionNode(node) || reached.has(node.name.value))
  return `${print({ ...document, definitions })}\n`
}

/** Names of the types that the roots lead to. An object of an interface is one, except that not every node is. */
function reachedTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const types = new Map(definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]))
  const reached = new Set<string>()
  const waiting = ['Query', 'Mutation', 'Subscription', 'Permission']
  const add = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    waiting.push(name)
  }
  waiting.forEach(add)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = types.get(name)
    if (!node) continue
    visit(node, { NamedType: ({ name: { value } }) => add(value) })
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION && name !== 'Node')
      for (const [other, type] of types) if (interfacesOf(type).includes(name)) add(other)
  }
  return reached
}

const interfacesOf = (node: TypeDefinitionNode): readonly string[] =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION ? (node.interfaces ?? []).map(({ name }) => name.value) : []
