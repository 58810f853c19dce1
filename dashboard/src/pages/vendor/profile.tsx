import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { UpdateVendorProfile, type VendorFields } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords

/** The profile of a vendor, which buyers see. Without one, it is the first step. */
export function Profile({ vendor }: { readonly vendor: VendorFields | null }) {
  const [isSaved, setSaved] = useState(false)
  const update = usePageAction(UpdateVendorProfile, () => setSaved(true))
  const [name, setName] = useState(vendor?.name ?? '')
  const [description, setDescription] = useState(vendor?.description ?? '')
  const [website, setWebsite] = useState(vendor?.website ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setSaved(false)
    update.run({ input: { name, description: description || null, website: website || null } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="stretch">
        {!vendor && <Text size="sm">{texts.noProfile}</Text>}
        <TextInput label={texts.name} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Textarea
          label={texts.description}
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TextInput
          label={texts.website}
          type="url"
          value={website}
          onChange={(event) => setWebsite(event.currentTarget.value)}
        />
        <DenialAlert action={update} />
        <div>
          <Button type="submit" variant="default" loading={update.isPending}>
            {texts.save}
          </Button>
        </div>
        {isSaved && (
          <Text size="sm" role="status">
            {texts.saved}
          </Text>
        )}
      </Stack>
    </form>
  )
}
