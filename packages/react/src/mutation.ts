import { createIdempotencyKey, DenialError, StackgateError, type Denial } from '@stackgate/client'
import { useMutation } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'

/** State of a mutation. */
export interface MutationResult<Input, Data> {
  /** Starts the mutation. The outcome is in `data`, `denial` or `error`. While it runs, further calls have no effect. */
  readonly mutate: (input: Input) => void
  /**
   * As `mutate`, and returns the result.
   * @throws DenialError if the server denies it; StackgateError if the request fails
   */
  readonly mutateAsync: (input: Input) => Promise<Data>
  /** Result of the last call. Undefined before it. */
  readonly data: Data | undefined
  /** Refusal of the last call: an expected result, with a sentence and remedies. Null if there is none. */
  readonly denial: Denial | null
  /** Failure of the last call. The same call again has the same idempotency key. Null if there is none. */
  readonly error: StackgateError | null
  readonly isPending: boolean
  /** Clears the outcome. */
  readonly reset: () => void
}

/** Codes after which the server can have executed the mutation, or is going to. */
const UNKNOWN_OUTCOME: readonly string[] = ['NETWORK', 'TIMEOUT', 'UNAVAILABLE', 'INTERNAL', 'BAD_RESPONSE', 'CLOSED']

/** True if an error says that the mutation was not executed. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof StackgateError && !UNKNOWN_OUTCOME.includes(error.code)

/** The error as one of this package. */
export const asStackgateError = (error: unknown): StackgateError =>
  error instanceof StackgateError
    ? error
    : new StackgateError({
        code: 'CONFIGURATION',
        message: error instanceof Error ? error.message : String(error),
        cause: error,
      })

/** Parts of an outcome: a denial is content, everything else is an error. */
export function outcomeOf(error: unknown): { denial: Denial | null; error: StackgateError | null } {
  if (error === null || error === undefined) return { denial: null, error: null }
  if (error instanceof DenialError) return { denial: error.denial, error: null }
  return { denial: null, error: asStackgateError(error) }
}

/**
 * A mutation with an idempotency key, which is kept until its outcome is known: the same input after a lost response is the same call.
 */
export function useKeyedMutation<Input, Data>(
  run: (input: Input, idempotencyKey: string) => Promise<Data>,
): MutationResult<Input, Data> {
  const attempt = useRef<{ key: string; input: string } | null>(null)
  const running = useRef<Promise<Data> | null>(null)
  const mutation = useMutation<Data, Error, Input>({
    networkMode: 'always',
    retry: false,
    mutationFn: async (input) => {
      const text = JSON.stringify(input ?? null)
      if (attempt.current?.input !== text) attempt.current = { key: createIdempotencyKey(), input: text }
      try {
        const data = await run(input, attempt.current.key)
        attempt.current = null
        return data
      } catch (error) {
        if (isAnswer(error)) attempt.current = null
        throw error
      }
    },
  })
  const { mutateAsync: start, reset, data, error, isPending } = mutation
  const mutateAsync = useCallback(
    (input: Input): Promise<Data> => {
      running.current ??= start(input).finally(() => (running.current = null))
      return running.current
    },
    [start],
  )
  const mutate = useCallback((input: Input): void => void mutateAsync(input).catch(() => undefined), [mutateAsync])
  return { mutate, mutateAsync, data, ...outcomeOf(error), isPending, reset }
}
