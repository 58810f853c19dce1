import { useEffect, useState, type ReactNode } from 'react'
import type { Subscription } from '../hooks/account.js'
import { OwnPlanChange } from '../parts/plan-change.js'
import { Dialog } from '../parts/part.js'
import { ConfirmButtons } from '../parts/terms.js'
import type { AccountPart } from './account-part.js'

interface SeatsDialogProps {
  readonly part: AccountPart
  /** Code of the plan. */
  readonly plan: string
  readonly price: NonNullable<Subscription['items']>[number]['price']
  readonly unit: string
  /** Number that is paid for now. */
  readonly quantity: number
  readonly accountId: string | undefined
  readonly onClose: () => void
}

/** The preview asks the payment provider: it waits until the typing pauses. */
const TYPING_MS = 300
const MAX_QUANTITY = 10_000

/** Asks for another number of units, and shows what it costs before it is confirmed. */
export function SeatsDialog({ part, plan, price, unit, quantity, accountId, onClose }: SeatsDialogProps): ReactNode {
  const { labels, slot, number } = part
  // After the change, the account pays for the number that was wanted: its outcome stays.
  const [before] = useState(quantity)
  const [text, setText] = useState(String(quantity))
  const [wanted, setWanted] = useState<number | null>(quantity)
  const typed = quantityIn(text)
  useEffect(() => {
    const timer = setTimeout(() => setWanted(typed), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const interval = price?.interval ?? undefined
  return (
    <Dialog part={part} open title={labels.changeSeats} onClose={onClose}>
      <label className={slot('field')}>
        {labels.quantity(unit)}
        <input type="number" min={1} max={MAX_QUANTITY} value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      {wanted !== null && wanted === typed && wanted !== before ? (
        <OwnPlanChange
          key={wanted}
          part={part}
          input={{ plan, interval, quantity: wanted }}
          done={(date) => labels.seatsChanged(number(wanted), date)}
          accountId={accountId}
          onClose={onClose}
        />
      ) : (
        <ConfirmButtons part={part} label="" isBusy={false} onConfirm={undefined} onCancel={onClose} />
      )}
    </Dialog>
  )
}

/** The number in a text. Null if it is none that can be paid for. */
function quantityIn(text: string): number | null {
  const number = Number(text)
  return Number.isInteger(number) && number >= 1 && number <= MAX_QUANTITY ? number : null
}
