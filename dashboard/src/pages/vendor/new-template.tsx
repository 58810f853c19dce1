import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { CreateTemplate } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { vendorWords } from '../../words/en/vendor.js'
import { NEW_TEMPLATE, TemplateFields, useTemplateTexts } from './template-fields.js'

const texts = vendorWords

/** Asks for the texts of a new template, and opens its draft. */
export function NewTemplate({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const create = usePageAction(CreateTemplate, ({ id }) => {
    void navigate({ to: `/vendor/templates/${id}` })
  })
  const form = useTemplateTexts(NEW_TEMPLATE)
  const [slug, setSlug] = useState('')
  return (
    <ActDialog
      title={texts.newTitle}
      effect={texts.draftEffect}
      confirm={texts.create}
      needsReason={false}
      action={create}
      onConfirm={() => create.run({ input: { slug, ...form.input } })}
      onClose={onClose}
    >
      <TemplateFields form={form} slug={{ value: slug, onChange: setSlug }} />
    </ActDialog>
  )
}
