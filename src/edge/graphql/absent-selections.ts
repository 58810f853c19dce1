import {
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Names of the fields of each type. Types without fields are empty. */
type TypeFields = ReadonlyMap<string, ReadonlySet<string>>

type Executable = OperationDefinitionNode | FragmentDefinitionNode

const absent = new WeakMap<DocumentNode, readonly string[]>()

/** Coordinates of the fields, and names of the types, that were left out of a document. */
export const absentIn = (document: DocumentNode): readonly string[] => absent.get(document) ?? []

/** Changes a document before it is validated. */
export type Reduce = (document: DocumentNode) => DocumentNode

/**
 * Makes a function that leaves out what a document selects of a larger schema and the served schema does not have: fields, and fragments on
 * types. A document whose root field is absent, or would return only an ID, stays the same. Its validation names what is absent.
 * @param readWhole returns the text of the larger schema. It is read once, for the first document with an unknown name.
 */
export function leavesOutAbsent(schema: GraphQLSchema, readWhole: () => string): Reduce {
  let whole: TypeFields | undefined
  const isAbsent = (type: string, field?: string): boolean => {
    const fields = (whole ??= fieldsOf(readWhole())).get(type)
    return field === undefined ? fields !== undefined : fields?.has(field) === true
  }
  return (document) => withoutAbsent(document, schema, isAbsent)
}

function fieldsOf(text: string): TypeFields {
  const { definitions } = parse(text, { noLocation: true })
  return new Map(
    definitions.flatMap((node) => {
      if (!('name' in node) || !node.name) return []
      const fields = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
      return [[node.name.value, new Set(fields ? node.fields?.map(({ name }) => name.value) : [])] as const]
    }),
  )
}

function withoutAbsent(
  document: DocumentNode,
  schema: GraphQLSchema,
  isAbsent: (type: string, field?: string) => boolean,
): DocumentNode {
  const fragments = fragmentsOf(document.definitions)
  const kept = new Map<string, FragmentDefinitionNode | null>()
  let isEmptied = false
  let leftOut = 0
  const names = new Set<string>()

  const reduced = <Node extends Executable>(node: Node): Node => {
    const types = new TypeInfo(schema)
    const isRoot = (): boolean => rootsOf(schema).includes(types.getParentType() as GraphQLObjectType)
    const leaveOut = (name: string): null => {
      leftOut++
      names.add(name)
      return null
    }
    let before = 0
    return visit(
      node,
      visitWithTypeInfo(types, {
        Field: {
          enter({ name: { value } }) {
            const parent = types.getParentType()
            if (isRoot()) before = leftOut
            else if (parent && !types.getFieldDef() && isAbsent(parent.name, value))
              return leaveOut(`${parent.name}.${value}`)
            return undefined
          },
          leave({ selectionSet }) {
            if (isRoot() && leftOut > before && selectionSet && identifiesOnly(selectionSet)) isEmptied = true
            return selectionSet?.selections.length === 0 ? null : undefined
          },
        },
        InlineFragment: {
          enter: ({ typeCondition: on }) => (on && isUnknown(on.name.value) ? leaveOut(on.name.value) : undefined),
          leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
        },
        FragmentSpread({ name: { value } }) {
          const fragment = keptFragment(value)
          if (fragment === null) {
            leftOut++
            return null
          }
          if (fragment !== fragments.get(value)) leftOut++
          return undefined
        },
      }),
    )
  }
  /** True for IDs and names of types alone, also within fragments. */
  const identifiesOnly = ({ selections }: SelectionSetNode, within: readonly string[] = []): boolean =>
    selections.every((one) => {
      if (one.kind === Kind.FIELD) return ['id', '__typename'].includes(one.name.value)
      if (one.kind === Kind.INLINE_FRAGMENT) return identifiesOnly(one.selectionSet, within)
      const { value } = one.name
      const fragment = kept.get(value)
      return !fragment || within.includes(value) || identifiesOnly(fragment.selectionSet, [...within, value])
    })
  const isUnknown = (type: string): boolean => !schema.getType(type) && isAbsent(type)
  const keptFragment = (name: string): FragmentDefinitionNode | null | undefined => {
    const fragment = fragments.get(name)
    if (!fragment || kept.has(name)) return kept.get(name)
    // A fragment in itself is an error of the validation.
    kept.set(name, fragment)
    const on = fragment.typeCondition.name.value
    const isOn = !isUnknown(on)
    if (!isOn) names.add(on)
    const rest = isOn ? reduced(fragment) : null
    kept.set(name, rest?.selectionSet.selections.length ? rest : null)
    return kept.get(name)
  }

  const definitions = document.definitions.flatMap((node): DefinitionNode[] => {
    if (node.kind === Kind.FRAGMENT_DEFINITION) return [keptFragment(node.name.value)].filter((one) => !!one)
    return [node.kind === Kind.OPERATION_DEFINITION ? reduced(node) : node]
  })
  if (isEmptied || definitions.every((node) => document.definitions.includes(node))) return document
  const made = { ...document, definitions: withoutUnused(document.definitions, definitions) }
  absent.set(made, [...names].toSorted())
  return made
}

const rootsOf = (schema: GraphQLSchema) => [
  schema.getQueryType(),
  schema.getMutationType(),
  schema.getSubscriptionType(),
]

/** Without the fragments and variables that only selections used which are left out. */
function withoutUnused(before: readonly DefinitionNode[], after: readonly DefinitionNode[]): DefinitionNode[] {
  const [usedBefore, usedAfter] = [before, after].map(uses) as [Uses, Uses]
  return after.flatMap((node): DefinitionNode[] => {
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      const { value } = node.name
      return usedBefore.fragments.has(value) && !usedAfter.fragments.has(value) ? [] : [node]
    }
    if (node.kind !== Kind.OPERATION_DEFINITION) return [node]
    const [was, is] = [usedBefore, usedAfter].map(({ variables }) => variables.get(node.name?.value)!)
    const variableDefinitions = node.variableDefinitions?.filter(
      ({ variable: { name } }) => is!.has(name.value) || !was!.has(name.value),
    )
    return [{ ...node, ...(variableDefinitions ? { variableDefinitions } : {}) }]
  })
}

interface Uses {
  readonly fragments: ReadonlySet<string>
  /** By the name of the operation. */
  readonly variables: ReadonlyMap<string | undefined, ReadonlySet<string>>
}

/** Names of the fragments and variables that operations use. */
function uses(definitions: readonly DefinitionNode[]): Uses {
  const fragments = fragmentsOf(definitions)
  const used = new Set<string>()
  const usedBy = (operation: OperationDefinitionNode): Set<string> => {
    const [variables, seen] = [new Set<string>(), new Set<string>()]
    const read = (node: Executable): void =>
      void visit(node, {
        VariableDefinition: () => false,
        Variable: ({ name: { value } }) => void variables.add(value),
        FragmentSpread({ name: { value } }) {
          used.add(value)
          const fragment = fragments.get(value)
          if (!fragment || seen.has(value)) return
          seen.add(value)
          read(fragment)
        },
      })
    read(operation)
    return variables
  }
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return {
    variables: new Map(operations.map((operation) => [operation.name?.value, usedBy(operation)])),
    fragments: used,
  }
}

const fragmentsOf = (definitions: readonly DefinitionNode[]): Map<string, FragmentDefinitionNode> =>
  new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  )
