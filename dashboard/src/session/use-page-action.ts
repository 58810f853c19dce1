import { useQueryClient } from '@tanstack/react-query'
import type { TypedDocument } from '@stackgate/client'
import { useAction, type Action, type ActionValue } from './use-action.js'

/** A mutation after which everything that is shown is read again: acts of operators and vendors change several parts of a page. */
export function usePageAction<Data, Variables>(
  document: TypedDocument<Data, Variables>,
  onDone?: (value: ActionValue<Data>) => void,
): Action<ActionValue<Data>, Omit<Variables, 'key'>> {
  const queries = useQueryClient()
  return useAction(document, (value) => {
    void queries.invalidateQueries()
    onDone?.(value)
  })
}
