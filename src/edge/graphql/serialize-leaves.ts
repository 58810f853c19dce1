import {
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isSpecifiedScalarType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Serializes the leaves of a response in place. Throws if the schema does not allow a value. */
export type LeafSerializer = (data: object) => void

/** A field of a response that is a leaf, or has leaves below it. */
interface ResponseField {
  readonly key: string
  /** Number of lists around the value. */
  readonly lists: number
  readonly leaf: GraphQLLeafType | undefined
  readonly fields: readonly ResponseField[]
}

type Selection = readonly [parent: GraphQLNamedOutputType, selectionSet: SelectionSetNode]
type Container = Record<string | number, unknown>

const metaFields: Record<string, GraphQLField<unknown, unknown>> = {
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
  __typename: TypeNameMetaFieldDef,
}

/**
 * Makes the serializer of a valid operation that graphql-jit compiled without serialization of leaves, which are those of specified
 * scalars and enums. With it, graphql-jit allocates 200 bytes for each leaf.
 */
export function compileLeafSerializer(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): LeafSerializer {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)

  /** Type conditions do not matter: fields with the same response key have the same type of leaf in a valid document. */
  function collect([parent, { selections }]: Selection, into: Map<string, [GraphQLOutputType, Selection[]]>): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        const { type } = metaFields[name] ?? (parent as { getFields(): typeof metaFields }).getFields()[name]!
        const key = selection.alias?.value ?? name
        const [, subselections] = into.get(key) ?? into.set(key, [type, []]).get(key)!
        if (selection.selectionSet) subselections.push([getNamedType(type), selection.selectionSet])
      } else {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!
        const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
        collect([(condition as GraphQLNamedOutputType) ?? parent, fragment.selectionSet], into)
      }
    }
  }

  function fieldsOf(selections: readonly Selection[]): ResponseField[] {
    const collected = new Map<string, [GraphQLOutputType, Selection[]]>()
    for (const selection of selections) collect(selection, collected)
    const fields = [...collected].map(([key, [type, subselections]]) => ({
      key,
      lists: listsAround(type),
      leaf: serializedLeaf(type),
      fields: fieldsOf(subselections),
    }))
    return fields.filter(({ leaf, fields: { length } }) => leaf || length > 0)
  }

  const root = schema.getRootType(operation.operation)!
  const fields = fieldsOf([[root, operation.selectionSet]])
  return (data) => serializeFields(data as Container, fields)
}

/** Leaf types that graphql-jit leaves as they are; it serializes all others. */
function serializedLeaf(type: GraphQLOutputType): GraphQLLeafType | undefined {
  const named = getNamedType(type)
  return isEnumType(named) || (isLeafType(named) && isSpecifiedScalarType(named)) ? named : undefined
}

function listsAround(type: GraphQLOutputType): number {
  const nullable = getNullableType(type)
  return isListType(nullable) ? 1 + listsAround(nullable.ofType) : 0
}

function serializeFields(container: Container, fields: readonly ResponseField[]): void {
  for (const field of fields) serialize(container, field.key, field, field.lists)
}

/** A null stays: the compiled operation has checked that the schema allows it. */
function serialize(container: Container, key: string | number, field: ResponseField, lists: number): void {
  const value = container[key]
  if (value === null || value === undefined) return
  if (lists > 0) {
    const list = value as Container & unknown[]
    for (let index = 0; index < list.length; index++) serialize(list, index, field, lists - 1)
  } else if (field.leaf) {
    const serialized = field.leaf.serialize(value)
    if (serialized !== value) container[key] = serialized
  } else serializeFields(value as Container, field.fields)
}
