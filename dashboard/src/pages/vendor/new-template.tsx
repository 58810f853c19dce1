import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { CreateTemplate } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords

/** Asks for the names of a new template, and opens its draft, where everything else is written. */
export function NewTemplate({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const create = usePageAction(CreateTemplate, ({ id }) => {
    void navigate({ to: `/vendor/templates/${id}` })
  })
  const [name, setName] = useState('')
  const [slug, setSlug] = useState('')
  return (
    <ActDialog
      title={texts.newTitle}
      effect={texts.draftEffect}
      confirm={texts.create}
      needsReason={false}
      action={create}
      onConfirm={() => create.run({ input: { slug, name, definition: texts.example } })}
      onClose={onClose}
    >
      <TextInput label={texts.name} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput
        label={texts.slug}
        description={texts.slugHint}
        required
        pattern="[a-z0-9]+([_\-][a-z0-9]+)*"
        value={slug}
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
