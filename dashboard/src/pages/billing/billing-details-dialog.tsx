import { Group, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState, type FormEvent } from 'react'
import type { TaxIdType } from '@stackgate/client'
import { UpdateBillingDetails, type BillingDetailsFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { Select } from '../../ui/select.js'
import { words } from '../../words/en.js'
import { billingDetailsWords as texts } from '../../words/en/billing-details.js'
import { countries, taxIdTypes } from './tax-ids.js'

interface BillingDetailsDialogProps {
  readonly account: string
  readonly details: BillingDetailsFields | null
  readonly onClose: () => void
}

const NO_ADDRESS = { line1: '', line2: '', city: '', postalCode: '', region: '', country: '' }

/** The form of name, address and the first tax ID. Further tax IDs stay. */
export function BillingDetailsDialog({ account, details, onClose }: BillingDetailsDialogProps) {
  const [first, ...others] = details?.taxIds ?? []
  const [name, setName] = useState(details?.name ?? '')
  const [address, setAddress] = useState({ ...NO_ADDRESS, ...details?.address })
  const [taxIdType, setTaxIdType] = useState((first?.type as TaxIdType | undefined) ?? null)
  const [taxId, setTaxId] = useState(first?.value ?? '')
  const [purchaseOrder, setPurchaseOrder] = useState(details?.purchaseOrder ?? '')
  const choices = useMemo(() => ({ countries: countries(), types: taxIdTypes() }), [])
  const update = useAction(UpdateBillingDetails, onClose)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.run({
      input: {
        accountId: account,
        name,
        address: address.country === '' ? null : address,
        taxIds: [...(taxIdType ? [{ type: taxIdType, value: taxId }] : []), ...others].map(({ type, value }) => ({
          type: type as TaxIdType,
          value,
        })),
        purchaseOrder,
      },
    })
  }
  const line = (field: Exclude<keyof typeof NO_ADDRESS, 'country'>, autoComplete: string) => (
    <TextInput
      label={texts[field]}
      autoComplete={autoComplete}
      maxLength={200}
      value={address[field] ?? ''}
      onChange={(event) => setAddress({ ...address, [field]: event.currentTarget.value })}
    />
  )
  return (
    <Dialog title={texts.editTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{texts.text}</Text>
          <TextInput
            label={texts.name}
            autoComplete="billing organization"
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={texts.country}
            autoComplete="billing country"
            none={texts.noCountry}
            data={choices.countries}
            value={address.country || null}
            onChange={(country) => setAddress({ ...address, country: country ?? '' })}
          />
          {address.country !== '' && (
            <>
              {line('line1', 'billing address-line1')}
              {line('line2', 'billing address-line2')}
              <Group grow>
                {line('postalCode', 'billing postal-code')}
                {line('city', 'billing address-level2')}
              </Group>
              {line('region', 'billing address-level1')}
            </>
          )}
          <Select
            label={texts.taxIdType}
            none={texts.noTaxId}
            data={first?.type === 'OTHER' ? [{ value: 'OTHER', label: texts.taxId }, ...choices.types] : choices.types}
            value={taxIdType}
            onChange={setTaxIdType}
          />
          {taxIdType && (
            <TextInput
              label={texts.taxId}
              required
              maxLength={50}
              value={taxId}
              onChange={(event) => setTaxId(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={texts.purchaseOrder}
            description={texts.purchaseOrderText}
            maxLength={140}
            value={purchaseOrder}
            onChange={(event) => setPurchaseOrder(event.currentTarget.value)}
          />
          <FormFooter outcome={update} account={account} cancel={words.cancel} submit={texts.save} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}
