import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { projectFolder } from '#services/kernel/project-folder.js'

/** Argument that is the idempotency key of a mutation. */
export const KEY_ARGUMENT = 'key'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

const isTypename = (node: ASTNode): boolean => node.kind === Kind.FIELD && node.name.value === '__typename'

/** A selection of members by type names the type too. */
const withTypename = (set: SelectionSetNode): SelectionSetNode | undefined =>
  set.selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT)
    ? { ...set, selections: [TYPENAME, ...set.selections.filter((node) => !isTypename(node))] }
    : undefined

/** Named operations of the client package. */
export class ClientDocuments {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly operations = new Map<string, OperationDefinitionNode>()

  constructor(folder = join(projectFolder(), 'packages/client/documents')) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.graphql')))
      parse(readFileSync(join(folder, file), 'utf8'), { noLocation: true }).definitions.forEach((node) =>
        this.add(node),
      )
  }

  private add(node: DefinitionNode): void {
    const named = visit(node, { SelectionSet: withTypename })
    if (named.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(named.name.value, named)
    if (named.kind === Kind.OPERATION_DEFINITION) this.operations.set(named.name!.value, named)
  }

  private operationOf(name: string): OperationDefinitionNode {
    const found = this.operations.get(name)
    if (!found) throw new Error(`packages/client/documents has no operation ${name}`)
    return found
  }

  /** Names of all operations. */
  names(): string[] {
    return [...this.operations.keys()]
  }

  /** The text of a document with its fragments. */
  textOf(name: string): string {
    return print(this.compose([name]))
  }

  /** A document with its fragments. Only its first root field is left: REST has one answer. */
  firstFieldOf(name: string): DocumentNode {
    const found = this.operationOf(name)
    const [field] = found.selectionSet.selections
    return this.withFragments({ ...found, selectionSet: { ...found.selectionSet, selections: [field!] } })
  }

  /** One document with the fields of several, except those with a name of `without`. Variables of the same name are one. */
  compose(names: readonly string[], without: readonly string[] = []): DocumentNode {
    const found = names.map((name) => this.operationOf(name))
    const [first] = found
    const operation: OperationDefinitionNode = {
      ...first!,
      name: { kind: Kind.NAME, value: names.join('And') },
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: found.flatMap(({ selectionSet }) => selectionSet.selections),
      },
    }
    const document = this.withFragments(operation, without)
    const used = new Set<string>()
    visit(
      { ...document, definitions: document.definitions.map(withoutVariables) },
      { Variable: ({ name: { value } }) => void used.add(value) },
    )
    const variables = new Map(
      found.flatMap(({ variableDefinitions = [] }) =>
        variableDefinitions.map((definition) => [definition.variable.name.value, definition] as const),
      ),
    )
    const variableDefinitions = [...variables].flatMap(([name, definition]) => (used.has(name) ? [definition] : []))
    return {
      ...document,
      definitions: document.definitions.map((node) =>
        node.kind === Kind.OPERATION_DEFINITION ? { ...node, variableDefinitions } : node,
      ),
    }
  }

  private withFragments(operation: OperationDefinitionNode, without: readonly string[] = []): DocumentNode {
    const fragments = new Map<string, FragmentDefinitionNode>()
    const collect = <Node extends OperationDefinitionNode | FragmentDefinitionNode>(node: Node): Node => {
      const reduced = visit(node, {
        Field: {
          enter: ({ name }) => (without.includes(name.value) ? null : undefined),
          // Another selection of the same field has the fields that are left.
          leave: ({ selectionSet }) => (selectionSet?.selections.length === 0 ? null : undefined),
        },
      })
      visit(reduced, {
        FragmentSpread: ({ name: { value } }) => {
          if (fragments.has(value)) return
          const fragment = this.fragments.get(value)!
          fragments.set(value, fragment)
          fragments.set(value, collect(fragment))
        },
      })
      return reduced
    }
    const reduced = collect(operation)
    return { kind: Kind.DOCUMENT, definitions: [reduced, ...fragments.values()] }
  }
}

const withoutVariables = (node: DefinitionNode): DefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION ? { ...node, variableDefinitions: [] } : node

/** Arguments in which the variables of a document are used, by the names of the variables. */
export function argumentsOfVariables(schema: GraphQLSchema, document: DocumentNode): Map<string, GraphQLArgument> {
  const found = new Map<string, GraphQLArgument>()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Variable({ name: { value } }) {
        const argument = types.getArgument()
        if (argument && !found.has(value)) found.set(value, argument)
      },
    }),
  )
  return found
}
