import { Alert, List, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import {
  AmendUsage,
  PreviewUsageAmendment,
  type PreviewUsageAmendmentData,
  type UsageAmendmentFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { knownText } from '../../ui/known-text.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { count, sourceText } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { amendmentWords } from '../../words/en/amendments.js'

const texts = amendmentWords

interface AmendDialogProps {
  readonly consumptionId: string
  /** Units that count now. */
  readonly counted: number
  readonly onDone: (amendment: UsageAmendmentFields) => void
  readonly onClose: () => void
}

/** Returns units of a consumption. It shows the effect before it is confirmed with a reason. */
export function AmendDialog({ consumptionId, counted, onDone, onClose }: AmendDialogProps) {
  const [text, setText] = useState('')
  const amend = usePageAction(AmendUsage, onDone)
  const amount = Number(text)
  const isSmaller = text !== '' && Number.isSafeInteger(amount) && amount >= 0 && amount < counted
  const variables = { consumptionId, amount: isSmaller ? amount : 0 }
  const preview = useOperation(PreviewUsageAmendment, variables, { enabled: isSmaller })
  return (
    <ActDialog
      title={texts.dialogTitle}
      effect={texts.effect(count(counted))}
      confirm={texts.confirm}
      isDangerous
      isDisabled={!isSmaller || preview.data?.previewUsageAmendment?.allowed !== true}
      action={amend}
      onConfirm={(reason) => amend.run({ id: consumptionId, amount, reason })}
      onClose={onClose}
    >
      <NumberField
        label={texts.amount}
        description={texts.amountHint}
        isRequired
        isFirst
        min={0}
        value={text}
        onChange={setText}
      />
      <div role="status" aria-label={texts.preview}>
        {isSmaller ? (
          <PanelContent query={preview} height={72}>
            {({ previewUsageAmendment: shown }) => shown && <Effect effect={shown} />}
          </PanelContent>
        ) : (
          <Text size="sm" c="dimmed">
            {texts.enter}
          </Text>
        )}
      </div>
    </ActDialog>
  )
}

type PreviewedEffect = NonNullable<PreviewUsageAmendmentData['previewUsageAmendment']>

function Effect({ effect }: { readonly effect: PreviewedEffect }) {
  if (effect.denial)
    return (
      <Alert color="orange" title={words.refused}>
        {effect.denial.message}
      </Alert>
    )
  return (
    <Stack gap="xs">
      <Text fw={500}>{texts.returned(count(effect.amount))}</Text>
      <ReturnedUnits effect={effect} />
    </Stack>
  )
}

/** Shows the sources to which units return, and the effect on debt and invoices. */
export const ReturnedUnits = ({
  effect: { returned, lostUnits, debtReduced, invoiceEffect },
}: {
  readonly effect: Pick<PreviewedEffect, 'returned' | 'lostUnits' | 'debtReduced' | 'invoiceEffect'>
}) => (
  <List size="sm">
    {returned.map(({ amount, source }) => (
      <List.Item key={sourceText(source)}>{texts.to(count(amount), sourceText(source))}</List.Item>
    ))}
    {lostUnits > 0 && <List.Item>{texts.lost(count(lostUnits))}</List.Item>}
    {debtReduced > 0 && <List.Item>{texts.debtReduced(count(debtReduced))}</List.Item>}
    {invoiceEffect && <List.Item>{knownText(texts.invoice, invoiceEffect)}</List.Item>}
  </List>
)
