import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import {
  PauseSubscription,
  PreviewPause,
  PreviewResumption,
  ResumeSubscription,
  type SubscriptionData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date, money } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { pauseWords } from '../../words/en/pauses.js'

const texts = { ...words.billing, ...pauseWords }

interface PauseProps {
  readonly account: NonNullable<SubscriptionData['account']>
}

/** The button that pauses a subscription, or that ends its pause. */
export function PauseButton({ account, isPaused }: PauseProps & { readonly isPaused: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button variant={isPaused ? 'filled' : 'default'} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {isPaused ? texts.endPause : texts.pause}
      </Button>
      {isOpen &&
        (isPaused ? (
          <ResumeDialog account={account} onClose={close} />
        ) : (
          <PauseDialog account={account} onClose={close} />
        ))}
    </>
  )
}

interface PauseDialogProps extends PauseProps {
  readonly onClose: () => void
}

function PauseDialog({ account, onClose }: PauseDialogProps) {
  const preview = useOperation(PreviewPause, { accountId: account.id }).data?.previewPause
  const pause = useAction(PauseSubscription, onClose)
  return (
    <Dialog onClose={onClose} title={texts.pauseTitle}>
      <Stack>
        {preview?.paidUntil && preview.resumesAt && (
          <>
            <Text>{texts.pauseText(date(preview.paidUntil), date(preview.resumesAt))}</Text>
            <Text>{preview.keepsAccess ? texts.pauseAccess.kept : texts.pauseAccess.suspended}</Text>
          </>
        )}
        <OutcomeText outcome={pause} account={account.id} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {texts.keep}
          </Button>
          <Button loading={pause.isPending} onClick={() => pause.run({ accountId: account.id })}>
            {texts.pause}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

function ResumeDialog({ account, onClose }: PauseDialogProps) {
  const preview = useOperation(PreviewResumption, { accountId: account.id }).data?.previewResumption
  const resume = useAction(ResumeSubscription, onClose)
  const due = preview?.dueNow
  return (
    <Dialog onClose={onClose} title={texts.endPauseTitle}>
      <Stack>
        {due && <Text>{Number(due.decimal) > 0 ? texts.dueNow(money(due)) : texts.nothingDue}</Text>}
        {preview?.nextPaymentAt && <Text>{texts.renews(date(preview.nextPaymentAt))}</Text>}
        <OutcomeText outcome={resume} account={account.id} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.cancel}
          </Button>
          <Button disabled={!due} loading={resume.isPending} onClick={() => resume.run({ accountId: account.id })}>
            {texts.endPause}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
