import { useQueryClient } from '@tanstack/react-query'
import type { TypedDocument } from '@stackgate/client'
import { useAction, type Action } from './use-action.js'

/** A mutation after which everything that is shown is read again: acts of operators and vendors change several parts of a page. */
export function usePageAction<Data, Input extends object>(
  document: TypedDocument<Data, { readonly input: Input }>,
  onDone?: (result: Data[keyof Data]) => void,
  options?: { readonly hasKey?: boolean },
): Action<Data[keyof Data], Input> {
  const queries = useQueryClient()
  return useAction(
    document,
    (result) => {
      void queries.invalidateQueries()
      onDone?.(result)
    },
    options,
  )
}
