import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Kind,
  parse,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql'
import { projectFolder } from '#services/kernel/project-folder.js'

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
    if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) this.operations.set(node.name!.value, node)
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
