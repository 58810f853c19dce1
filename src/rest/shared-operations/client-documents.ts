import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Kind,
  parse,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { projectFolder } from '#services/kernel/project-folder.js'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** A selection of members by type names the type too. */
const withTypename = (set: SelectionSetNode): SelectionSetNode | undefined =>
  set.selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT)
    ? { ...set, selections: [TYPENAME, ...set.selections] }
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

  /** A document with its fragments. Only its first root field is left: REST has one answer. */
  firstFieldOf(name: string): DocumentNode {
    const found = this.operations.get(name)
    if (!found) throw new Error(`packages/client/documents has no operation ${name}`)
    const [field] = found.selectionSet.selections
    const operation = { ...found, selectionSet: { ...found.selectionSet, selections: [field!] } }
    const fragments = new Map<string, FragmentDefinitionNode>()
    this.collect(operation, fragments)
    return { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] }
  }

  private collect(
    node: OperationDefinitionNode | FragmentDefinitionNode,
    found: Map<string, FragmentDefinitionNode>,
  ): void {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        if (found.has(value)) return
        const fragment = this.fragments.get(value)!
        found.set(value, fragment)
        this.collect(fragment, found)
      },
    })
  }
}
