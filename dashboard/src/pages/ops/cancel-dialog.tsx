import { CancelSubscription } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look

/** Ends the subscription of an account with its period. */
export function CancelDialog({ account, onClose }: { readonly account: string; readonly onClose: () => void }) {
  const cancel = usePageAction(CancelSubscription, onClose)
  return (
    <ActDialog
      title={texts.cancel}
      keep={words.billing.keep}
      effect={texts.cancelEffect}
      confirm={texts.cancel}
      isDangerous
      action={cancel}
      onConfirm={(reason) => cancel.run({ accountId: account, reason })}
      onClose={onClose}
    />
  )
}
