import '@mantine/core/styles/InlineInput.css'
import '@mantine/core/styles/RadioIndicator.css'
import '@mantine/core/styles/Radio.css'
import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { EndUsageComparison } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'
import { ComparisonEndPreview } from './comparison-end-preview.js'

const texts = comparisonWords.end
const CHOICES = ['CONTINUE', 'DISCARD'] as const

interface EndDialogProps {
  readonly id: string
  /** Compared uses, and their accounts. */
  readonly uses: string
  readonly accounts: string
  readonly onEnded: () => void
  readonly onClose: () => void
}

/** Ends a comparison: the balances continue by a batch, whose effect is shown, or stay as they are. */
export default function EndComparisonDialog({ id, uses, accounts, onEnded, onClose }: EndDialogProps) {
  const [balances, setBalances] = useState<(typeof CHOICES)[number] | null>(null)
  const action = usePageAction(EndUsageComparison, onEnded)
  return (
    <ActDialog
      title={texts.title}
      effect={texts.effect(uses, accounts)}
      confirm={texts.confirm}
      isDangerous
      isDisabled={balances === null}
      action={action}
      onConfirm={(reason) => balances && action.run({ id, reason, balances })}
      onClose={onClose}
    >
      <Radio.Group label={texts.balances} required value={balances} onChange={setBalances}>
        <Stack gap="sm" mt="xs">
          {CHOICES.map((value) => (
            <Radio
              key={value}
              value={value}
              label={texts.choices[value].label}
              description={texts.choices[value].effect}
            />
          ))}
        </Stack>
      </Radio.Group>
      {balances === 'CONTINUE' && <ComparisonEndPreview id={id} />}
    </ActDialog>
  )
}
