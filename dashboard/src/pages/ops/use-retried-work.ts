import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { DeadLetters, ReplayWebhooks, RetryDeadLetter } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { count } from '../../ui/format.js'
import { toast } from '../../ui/toast.js'
import { operationsWords } from '../../words/en/operations.js'
import { overviewWords as texts } from '../../words/en/overview.js'

/** Letters that are tried again by one press. */
const LETTERS = 50

type FailedWork = 'deadEvents' | 'deadLetters'

/** Tries failed work again, as many pieces as one press may, and says how many or why not. */
export function useRetriedWork() {
  const { client } = useSession()
  const queries = useQueryClient()
  const [running, setRunning] = useState<FailedWork | null>(null)
  const acts: Readonly<Record<FailedWork, () => Promise<string>>> = {
    deadEvents: async () => {
      const result = await client.mutate(ReplayWebhooks, { filter: { statuses: ['DEAD', 'QUARANTINED'] } })
      if (!result.ok) return result.denial.message
      const { replayedCount, remainingCount } = result.value
      return operationsWords.inbox.replayed(count(replayedCount ?? 0), count(remainingCount ?? 0))
    },
    deadLetters: async () => {
      const { deadLetters } = await client.request(DeadLetters, { first: LETTERS })
      const letters = deadLetters?.nodes ?? []
      for (const { id } of letters) {
        const result = await client.mutate(RetryDeadLetter, { id })
        if (!result.ok) return result.denial.message
      }
      return texts.retried(letters.length, count(letters.length))
    },
  }
  const retry = async (kind: FailedWork) => {
    setRunning(kind)
    toast({ text: await acts[kind]().catch((error: Error) => error.message) })
    setRunning(null)
    await queries.invalidateQueries()
  }
  const retryOf = (kind: FailedWork) => ({ isPending: running === kind, run: () => void retry(kind) })
  return { deadEvents: retryOf('deadEvents'), deadLetters: retryOf('deadLetters') }
}
