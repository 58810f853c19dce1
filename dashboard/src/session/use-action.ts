import { DenialError, toDenial, type Denial, type TypedDocument } from '@stackgate/client'
import { useKeyedMutation } from '@stackgate/react/hooks'
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

/** Runs a mutation with one input. Some inputs have no idempotency key, because a repetition changes nothing: `hasKey` is false for them. */
export function useAction<Data, Input extends object>(
  document: TypedDocument<Data, { readonly input: Input }>,
  onDone?: (result: ResultOf<Data>) => void,
  { hasKey = true }: { readonly hasKey?: boolean } = {},
): Action<ResultOf<Data>, Input> {
  const { client } = useSession()
  const { mutate, mutateAsync, denial, error, isPending } = useKeyedMutation(
    async (input: Omit<Input, 'idempotencyKey'>, idempotencyKey) => {
      const variables = { input: hasKey ? { ...input, idempotencyKey } : input }
      const data = await client.request<Data, { readonly input: Input }>(document, variables as never)
      const result = Object.values(data as object)[0] as ResultOf<Data>
      const denied = toDenial(result)
      if (denied) throw new DenialError(denied)
      onDone?.(result)
      return result
    },
    true,
  )
  return { run: mutate, runAsync: mutateAsync, denial, error, isPending }
}
