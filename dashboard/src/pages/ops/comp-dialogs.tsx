import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { EndTerms, Plans, SetTerms, type CompedPlanFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look

interface CompDialogProps {
  readonly account: string
  readonly onClose: () => void
}

/** Gives a paid plan free of charge until a day. */
export function CompDialog({ account, onClose }: CompDialogProps) {
  const comp = usePageAction(SetTerms, onClose)
  const plans = useOperation(Plans, {})
  const paid = (plans.data?.plans ?? []).filter(({ prices }) => prices.length > 0)
  const [chosen, setChosen] = useState('')
  const [until, setUntil] = useState('')
  const [quantity, setQuantity] = useState('1')
  const plan = paid.find(({ code }) => code === chosen) ?? paid[0]
  const isPerUnit = plan?.prices.some(({ per }) => per) ?? false
  return (
    <ActDialog
      title={texts.comp}
      effect={texts.compEffect}
      confirm={texts.comp}
      isDisabled={!plan || until === ''}
      action={comp}
      onConfirm={(reason) =>
        comp.run({
          input: {
            accountId: account,
            plan: plan?.code ?? '',
            endsAt: `${until}T00:00:00Z`,
            reason,
            ...(isPerUnit && { quantity: Number(quantity) }),
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
      {isPerUnit && <NumberField label={texts.quantity} isRequired min={1} value={quantity} onChange={setQuantity} />}
      <TextInput
        type="date"
        label={texts.compUntil}
        required
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** Ends a complimentary plan early. */
export function EndCompDialog({ account, comp, onClose }: CompDialogProps & { readonly comp: CompedPlanFields }) {
  const end = usePageAction(EndTerms, onClose)
  return (
    <ActDialog
      title={texts.endComp}
      effect={texts.endCompEffect(comp.plan.name, comp.next.name)}
      confirm={texts.endComp}
      isDangerous
      action={end}
      onConfirm={(reason) => end.run({ accountId: account, plan: comp.plan.code, reason })}
      onClose={onClose}
    />
  )
}
