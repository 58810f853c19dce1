import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { DeadLetter, RetryDeadLetter } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { usePageAction } from '../../session/use-page-action.js'
import { count } from '../../ui/format.js'
import { toast } from '../../ui/toast.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.deadLetters

/** An attempt ends within this time unless its receiver is slow, in milliseconds. */
const WATCH_MS = 12_000
const PAUSE_MS = 400

export interface RetryOutcome {
  readonly text: string
  /** Attempts before and after: trying again begins a new count. */
  readonly attempts: number
}

/** Tries dead letters again, and says by a toast and in `outcomes`, by the ID of the letter, what came of it. */
export function useRetriedLetters() {
  const { client } = useSession()
  const queries = useQueryClient()
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, RetryOutcome>>>({})
  const action = usePageAction(RetryDeadLetter)
  const { runAsync } = action
  const retry = useCallback(
    ({ id, attemptCount }: { readonly id: string; readonly attemptCount: number }) => {
      const say = (text: string, attempts: number) => setOutcomes((before) => ({ ...before, [id]: { text, attempts } }))
      const begun = outcomes[id]?.attempts ?? attemptCount
      const tryAgain = async () => {
        say(texts.retrying, begun)
        await runAsync({ id })
        const end = Date.now() + WATCH_MS
        while (Date.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
          const { node } = await client.request(DeadLetter, { id })
          if (node?.__typename !== 'DeadLetter') continue
          const attempts = begun + node.attemptCount
          const text = texts.failedAgain(node.lastError ?? texts.noError, count(attempts))
          say(text, attempts)
          toast({ text })
          return queries.invalidateQueries()
        }
        return toast({ text: texts.leftList })
      }
      // The action shows a refusal.
      void tryAgain().catch(() => setOutcomes({}))
    },
    [client, outcomes, queries, runAsync],
  )
  return { action, outcomes, retry }
}
