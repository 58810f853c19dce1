import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql'

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** Returns true if a selection applies. The type is the condition of a fragment; undefined if it has none. */
export type Applies = (selection: SelectionNode, type: string | undefined) => boolean

/**
 * Number of selections above which a calculation over a document ends. Documents of clients stay far below it; the same fields in nested
 * fragments, spread many times, do not.
 */
export const MAX_SELECTIONS = 50_000

/**
 * The fields of an object in the response, by name, each with the nodes that are merged into it: what several fragments select under
 * one name is returned once. A fragment is opened once for each object.
 */
export function responseFields(
  selectionSets: readonly SelectionSetNode[],
  fragments: Fragments,
  applies: Applies,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const opened = new Set<string>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (!applies(selection, undefined)) continue
        const name = (selection.alias ?? selection.name).value
        const merged = fields.get(name)
        if (merged) merged.push(selection)
        else fields.set(name, [selection])
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection, selection.typeCondition?.name.value)) collect(selection.selectionSet)
      } else {
        const { value: name } = selection.name
        const fragment = opened.has(name) ? undefined : fragments.get(name)
        if (!fragment || !applies(selection, fragment.typeCondition.name.value)) continue
        opened.add(name)
        collect(fragment.selectionSet)
      }
    }
  }
  selectionSets.forEach(collect)
  return fields
}

/** Selections of the nodes of one field. */
export const selectionsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
