import { Alert, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ExtendTrial, PreviewTrialExtension } from '@stackgate/client/documents'
import { acceptedPreview } from '../../session/accepted-preview.js'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { date, money } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look

/** Moves the end of a trial to a later day. It shows the first charge before it is confirmed. */
export function TrialDialog({ account, onClose }: { readonly account: string; readonly onClose: () => void }) {
  const extend = usePageAction(ExtendTrial, onClose)
  const [day, setDay] = useState('')
  const until = day && `${day}T00:00:00Z`
  const preview = useOperation(
    PreviewTrialExtension,
    { accountId: account, trialEndsAt: until },
    { enabled: until !== '' },
  )
  const isShown = until !== '' && acceptedPreview(preview.data?.previewTrialExtension ?? null) !== null
  return (
    <ActDialog
      title={texts.extendTrial}
      effect={texts.extendTrialEffect}
      confirm={texts.extendTrial}
      isDisabled={!isShown}
      action={extend}
      onConfirm={(reason) => extend.run({ accountId: account, trialEndsAt: until, reason })}
      onClose={onClose}
    >
      <TextInput
        type="date"
        label={texts.trialUntil}
        required
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <div role="status" aria-label={texts.firstCharge}>
        {until && (
          <PanelContent query={preview} height={48}>
            {({ previewTrialExtension: found }) => {
              const moved = acceptedPreview(found)
              return moved ? (
                <Text size="sm">
                  {texts.firstChargeMoves(
                    moved.plan.name,
                    date(moved.trialEndsAt),
                    date(moved.newTrialEndsAt),
                    found?.firstCharge ? money(found.firstCharge) : null,
                  )}
                </Text>
              ) : (
                found && (
                  <Alert color="orange" title={words.refused}>
                    {found.denial?.message}
                  </Alert>
                )
              )
            }}
          </PanelContent>
        )}
      </div>
    </ActDialog>
  )
}
