import {
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql'

/** Permissions of operators. */
const OF_OPERATORS = /^(?:OPS|POLICIES|TEMPLATES)_/

const isForOperators = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some(({ name, arguments: [given] = [] }: ConstDirectiveNode) => {
    const value = given?.value
    return name.value === 'requires' && value?.kind === Kind.ENUM && OF_OPERATORS.test(value.value)
  })

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
