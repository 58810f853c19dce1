import { createIdempotencyKey, DenialError, StackgateError, type Denial } from '@stackgate/client'
import { useMutation } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'

/** State of a mutation. */
export interface MutationResult<Input, Data> {
  /**
   * Starts the mutation. The outcome is in `data`, `denial` or `error`. While it runs, further calls have no effect. Commands with different
   * inputs run at the same time, with the outcome of the last call.
   */
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
 * @param isParallel calls with different inputs run at the same time. Otherwise a call during another one is that call, so that a buyer
 *   who clicks twice starts one payment.
 */
export function useKeyedMutation<Input, Data>(
  run: (input: Input, key: string) => Promise<Data>,
  isParallel = false,
): MutationResult<Input, Data> {
  /** Keys of calls whose outcome is unknown, by their input. */
  const keys = useRef(new Map<string, string>())
  const running = useRef(new Map<string, Promise<Data>>())
  const mutation = useMutation<Data, Error, Input>({
    networkMode: 'always',
    retry: false,
    mutationFn: async (input) => {
      const text = textOf(input)
      const key = keys.current.get(text) ?? createIdempotencyKey()
      keys.current.set(text, key)
      try {
        const data = await run(input, key)
        keys.current.delete(text)
        return data
      } catch (error) {
        if (isAnswer(error)) keys.current.delete(text)
        throw error
      }
    },
  })
  const { mutateAsync: start, reset, data, error, isPending } = mutation
  const mutateAsync = useCallback(
    (input: Input): Promise<Data> => {
      const name = isParallel ? textOf(input) : ''
      const known = running.current.get(name)
      if (known) return known
      const started = start(input).finally(() => running.current.delete(name))
      running.current.set(name, started)
      return started
    },
    [start, isParallel],
  )
  const mutate = useCallback((input: Input): void => void mutateAsync(input).catch(() => undefined), [mutateAsync])
  return { mutate, mutateAsync, data, ...outcomeOf(error), isPending, reset }
}

const textOf = (input: unknown): string => JSON.stringify(input ?? null)
