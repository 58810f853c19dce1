import { DenialError, type Denial, type MutationResult, type Result, type TypedDocument } from '@stackgate/client'
import { useKeyedMutation } from '@stackgate/react/hooks'
import { useSession } from './session-context.js'

/** A mutation in a page. */
export interface Action<Value, Variables> {
  readonly run: (variables: Variables) => void
  readonly runAsync: (variables: Variables) => Promise<Value>
  /** The expected refusal of the last call. */
  readonly denial: Denial | null
  readonly error: Error | null
  readonly isPending: boolean
}

/** Value of a mutation. A list of results, if each item has its own. */
export type ActionValue<Data> = MutationResult<Data> extends Result<infer Value> ? Value : MutationResult<Data>

/** Runs the mutation of a document. Its key is kept until the outcome is known. */
export function useAction<Data, Variables>(
  document: TypedDocument<Data, Variables>,
  onDone?: (value: ActionValue<Data>) => void,
): Action<ActionValue<Data>, Omit<Variables, 'key'>> {
  const { client } = useSession()
  const { mutate, mutateAsync, denial, error, isPending } = useKeyedMutation(
    async (variables: Omit<Variables, 'key'>, key) => {
      const result = (await client.mutate(document, variables as never, { key })) as Result<ActionValue<Data>>
      if (Array.isArray(result)) return done(result as ActionValue<Data>)
      if (!result.ok) throw new DenialError(result.denial)
      return done(result.value)
    },
    true,
  )
  return { run: mutate, runAsync: mutateAsync, denial, error, isPending }

  function done(value: ActionValue<Data>): ActionValue<Data> {
    onDone?.(value)
    return value
  }
}
