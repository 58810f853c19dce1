import { CloseUsageBatch, RevertUsageBatch } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { count } from '../../ui/format.js'
import { batchWords } from '../../words/en/usage-batches.js'

const texts = batchWords

interface BatchDialogProps {
  readonly id: string
  readonly lineCount: number
  readonly onClose: () => void
}

/** Applies the lines of a batch. The page behind it shows the effect. */
export function CloseDialog({ id, lineCount, onClose }: BatchDialogProps) {
  const action = usePageAction(CloseUsageBatch, onClose)
  return (
    <ActDialog
      title={texts.closeTitle}
      effect={texts.closeEffect(count(lineCount))}
      confirm={texts.closeConfirm}
      needsReason={false}
      action={action}
      onConfirm={() => action.run({ id })}
      onClose={onClose}
    />
  )
}

/** Returns the units of a batch, or discards the lines of an open one. */
export function RevertDialog({ id, isOpen, lineCount, onClose }: BatchDialogProps & { readonly isOpen: boolean }) {
  const action = usePageAction(RevertUsageBatch, onClose)
  return (
    <ActDialog
      title={texts.revertTitle}
      effect={isOpen ? texts.discardEffect(count(lineCount)) : texts.revertEffect(count(lineCount))}
      confirm={isOpen ? texts.discardConfirm : texts.revertConfirm}
      isDangerous
      action={action}
      onConfirm={(reason) => action.run({ id, reason })}
      onClose={onClose}
    />
  )
}
