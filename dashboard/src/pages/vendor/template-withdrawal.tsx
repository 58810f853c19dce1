import { Button } from '@mantine/core'
import { useState } from 'react'
import { DeprecateTemplate } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { vendorWords } from '../../words/en/vendor.js'
import type { TemplateOfVendor } from './template.js'

const texts = vendorWords

/** A published template is withdrawn. Drafts are deleted by operators. */
export function TemplateWithdrawal({ template: { id, status } }: { readonly template: TemplateOfVendor }) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  const deprecate = usePageAction(DeprecateTemplate, close)
  if (status !== 'APPROVED') return null
  return (
    <>
      <Button variant="outline" color="red" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {texts.deprecate}
      </Button>
      {isOpen && (
        <ActDialog
          title={texts.deprecate}
          effect={texts.deprecateEffect}
          confirm={texts.deprecate}
          isDangerous
          needsReason={false}
          action={deprecate}
          onConfirm={() => deprecate.run({ id })}
          onClose={close}
        />
      )}
    </>
  )
}
