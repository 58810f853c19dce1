import { positionalId, positionOf } from '../ids/ids.js'
import { ALL_QUEUES, type DeadLetterQueue } from './queues.js'

const LETTERED = ALL_QUEUES.flatMap(({ code, letter }) =>
  letter ? [{ queue: code as DeadLetterQueue, prefix: letter.prefix }] : [],
)
export const DEAD_LETTER_QUEUES: readonly DeadLetterQueue[] = LETTERED.map(({ queue }) => queue)

/** A row can be in several queues under one ID, so the queue is a part of the ID of the dead letter. */
export const deadLetterId = ({ queue, rowId }: { readonly queue: DeadLetterQueue; readonly rowId: string }): string =>
  positionalId('dlt', rowId, DEAD_LETTER_QUEUES.indexOf(queue))

/** ID of the row that the ID of a dead letter contains. Null for other IDs. */
export function rowIdOfDeadLetter(id: string): string | null {
  for (const [index, { prefix }] of LETTERED.entries()) {
    const named = positionOf(id, 'dlt', prefix, 1)
    if (named?.place[0] === index) return named.ownerId
  }
  return null
}
