import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { createIdempotencyKey, isDenial, toDenial, type Denial, type TypedDocument } from '@stackgate/client'
import { useSession } from './session-context.js'

/** A mutation in a page. */
export interface Action<Result, Input> {
  readonly run: (input: Omit<Input, 'idempotencyKey'>) => void
  readonly runAsync: (input: Omit<Input, 'idempotencyKey'>) => Promise<Result>
  /** The expected refusal of the last call. */
  readonly denial: Denial | null
  readonly error: Error | null
  readonly isPending: boolean
}

type ResultOf<Data> = Data[keyof Data]

/**
 * Runs a mutation with one input. Its idempotency key stays until the answer is known, so that a repetition after an interruption is the
 * same call. Some inputs have no key, because a repetition changes nothing: `hasKey` is false for them.
 */
export function useAction<Data, Input extends object>(
  document: TypedDocument<Data, { readonly input: Input }>,
  onDone?: (result: ResultOf<Data>) => void,
  { hasKey = true }: { readonly hasKey?: boolean } = {},
): Action<ResultOf<Data>, Input> {
  const { client } = useSession()
  const key = useRef({ value: '', input: '' })
  const mutation = useMutation({
    mutationFn: async (input: Omit<Input, 'idempotencyKey'>) => {
      // Another input is another call.
      const text = JSON.stringify(input)
      if (!key.current.value || key.current.input !== text) key.current = { value: createIdempotencyKey(), input: text }
      const variables = { input: hasKey ? { ...input, idempotencyKey: key.current.value } : input }
      const data = await client.request<Data, { readonly input: Input }>(document, variables as never)
      key.current = { value: '', input: '' }
      return Object.values(data as object)[0] as ResultOf<Data>
    },
    onSuccess: (result) => {
      if (!isDenial(result)) onDone?.(result)
    },
  })
  return {
    run: (input) => mutation.mutate(input),
    runAsync: (input) => mutation.mutateAsync(input),
    denial: isDenial(mutation.data) ? (toDenial(mutation.data) ?? null) : null,
    error: mutation.error,
    isPending: mutation.isPending,
  }
}
