import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { intervalKey, intervalText, type Interval } from '../../ui/format.js'
import {
  OfferNegotiatedPlan,
  Plans,
  WithdrawNegotiatedPlan,
  type NegotiatedPlanFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { moneyStep, typedMoney } from '../../ui/money.js'
import { termsText } from '../../ui/negotiated-terms.js'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { offerWords as texts } from '../../words/en/negotiated-offers.js'
import { operationsWords } from '../../words/en/operations.js'

interface OfferDialogProps {
  readonly account: string
  /** Currency of the subscription. Null: that of the catalog. */
  readonly currency: string | null
  readonly onClose: () => void
}

/** Intervals of an offer. The API takes others as well. */
const INTERVALS: readonly Interval[] = [
  { unit: 'WEEK', count: 1 },
  { unit: 'MONTH', count: 1 },
  { unit: 'MONTH', count: 3 },
  { unit: 'MONTH', count: 6 },
  { unit: 'YEAR', count: 1 },
]

/** Offers a plan at a price of the account, for a number of periods. */
export function OfferDialog({ account, currency, onClose }: OfferDialogProps) {
  const offer = usePageAction(OfferNegotiatedPlan, onClose)
  const plans = useOperation(Plans, {})
  const paid = (plans.data?.plans ?? []).filter(({ prices }) => prices.length > 0)
  const [chosen, setChosen] = useState('')
  const [interval, setInterval] = useState(INTERVALS[1]!)
  const [amount, setAmount] = useState('')
  const [periods, setPeriods] = useState('12')
  const [quantity, setQuantity] = useState('1')
  const [features, setFeatures] = useState('')
  const terms = parsed(features)
  const plan = paid.find(({ code }) => code === chosen) ?? paid[0]
  const isPerUnit = plan?.prices.some(({ per }) => per) ?? false
  const paidIn = currency ?? plan?.prices[0]?.money.currency ?? 'USD'
  return (
    <ActDialog
      title={texts.offer}
      effect={texts.effect}
      confirm={texts.offer}
      isDisabled={!plan || amount === '' || periods === '' || terms === undefined}
      action={offer}
      onConfirm={(reason) =>
        offer.run({
          input: {
            accountId: account,
            plan: plan?.code ?? '',
            price: typedMoney(amount, paidIn),
            interval,
            periods: Number(periods),
            reason,
            ...(isPerUnit && { quantity: Number(quantity) }),
            ...(terms && { features: terms }),
          },
        })
      }
      onClose={onClose}
    >
      <Select
        label={operationsWords.accounts.plan}
        data={paid.map(({ code, name }) => ({ value: code, label: name }))}
        value={plan?.code ?? ''}
        onChange={(code) => setChosen(code ?? '')}
      />
      <Select
        label={texts.interval}
        data={INTERVALS.map((each) => ({ value: intervalKey(each), label: intervalText(each) }))}
        value={intervalKey(interval)}
        onChange={(key) => setInterval((present) => INTERVALS.find((each) => intervalKey(each) === key) ?? present)}
      />
      <NumberField
        label={texts.price(paidIn)}
        isRequired
        min={0}
        step={moneyStep(paidIn)}
        value={amount}
        onChange={setAmount}
      />
      <NumberField label={texts.periods} isRequired min={1} value={periods} onChange={setPeriods} />
      {isPerUnit && (
        <NumberField label={operationsWords.look.quantity} isRequired min={1} value={quantity} onChange={setQuantity} />
      )}
      <Textarea
        label={texts.features}
        description={texts.featuresHint}
        autosize
        minRows={2}
        spellCheck={false}
        error={terms === undefined && texts.notJson}
        value={features}
        onChange={(event) => setFeatures(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** The JSON of a text. Null without one, and undefined if it is not JSON. */
function parsed(text: string): object | null | undefined {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

interface WithdrawDialogProps {
  readonly account: string
  readonly plan: NegotiatedPlanFields
  readonly onClose: () => void
}

/** Withdraws an offer before it is accepted. */
export function WithdrawDialog({ account, plan, onClose }: WithdrawDialogProps) {
  const withdraw = usePageAction(WithdrawNegotiatedPlan, onClose)
  return (
    <ActDialog
      title={texts.withdraw}
      effect={texts.withdrawEffect(termsText(plan))}
      confirm={texts.withdraw}
      isDangerous
      action={withdraw}
      onConfirm={(reason) => withdraw.run({ accountId: account, id: plan.id, reason })}
      onClose={onClose}
    />
  )
}
