import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'

/** True if the operation selects a field directly below the field that is resolved, also through fragments. */
export function selectsField({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const isIn = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === name
      return isIn(
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments[selection.name.value]?.selectionSet
          : selection.selectionSet,
      )
    }) ?? false
  return fieldNodes.some(({ selectionSet }) => isIn(selectionSet))
}
