import { Alert, Stack, Text } from '@mantine/core'
import type { FormEvent } from 'react'
import type { AutoTopUpFields } from '@stackgate/client/documents'
import { useAutoTopUpForm, type AutoTopUpPreview, type AutoTopUpsResult } from '@stackgate/react/hooks'
import { DenialCard } from '../../ui/denial-card.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { count, money } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { PanelContent } from '../../ui/panel.js'
import { Select } from '../../ui/select.js'
import { topUpWords } from '../../words/en/top-ups.js'

const texts = topUpWords

interface AutoTopUpDialogProps {
  readonly account: string
  readonly topUps: AutoTopUpsResult
  /** The automatic top-up that is changed. Null for a new one. */
  readonly auto: AutoTopUpFields | null
  readonly onClose: () => void
}

/** Chooses the pack and the threshold, with the price before it is agreed to. */
export function AutoTopUpDialog({ account, topUps, auto, onClose }: AutoTopUpDialogProps) {
  const form = useAutoTopUpForm(topUps, auto, account)
  const { packs, values, setValue, grant, preview, price } = form
  const close = () => {
    topUps.set.reset()
    onClose()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await form.save()) close()
  }
  return (
    <Dialog title={auto ? texts.named(auto.feature.name) : texts.setTitle} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Select
            label={texts.pack}
            data-autofocus
            data={packs.map((each) => ({ value: each.code, label: each.name }))}
            value={values.package}
            onChange={(value) => setValue('package', value ?? values.package)}
          />
          <NumberField
            label={texts.quantity}
            isRequired
            min={1}
            value={values.quantity}
            onChange={(value) => setValue('quantity', value)}
          />
          <NumberField
            label={texts.threshold(grant?.feature.name ?? '')}
            isRequired
            min={1}
            value={values.threshold}
            onChange={(value) => setValue('threshold', value)}
          />
          <NumberField
            label={texts.maxPerMonth}
            isRequired
            min={1}
            value={values.maxPerMonth}
            onChange={(value) => setValue('maxPerMonth', value)}
          />
          <PanelContent query={preview} height={110}>
            {(effect) => <Effect effect={effect} account={account} />}
          </PanelContent>
          <FormFooter
            outcome={topUps.set}
            account={account}
            cancel={texts.cancel}
            submit={price ? texts.agree(money(price)) : texts.save}
            isDisabled={!price}
            onClose={close}
          />
        </Stack>
      </form>
    </Dialog>
  )
}

/** Price and first effect of the terms, or the reason of their refusal. */
function Effect({ effect, account }: { readonly effect: AutoTopUpPreview; readonly account: string }) {
  const { denial, feature, price, maxPricePerMonth, units, balance, chargesNow, paymentMethod } = effect
  return (
    <Stack gap="xs" component="section" aria-label={texts.preview}>
      {feature && price && units !== null && (
        <Text fw={500}>{texts.each(count(units), feature.name, money(price))}</Text>
      )}
      {maxPricePerMonth && <Text size="sm">{texts.maxPrice(money(maxPricePerMonth))}</Text>}
      {paymentMethod && <Text size="sm">{texts.paidWith(paymentMethod.label)}</Text>}
      {balance !== null && <Text size="sm">{texts.balance(count(balance))}</Text>}
      {chargesNow && (
        <Alert color="orange" p="xs">
          {texts.chargesNow}
        </Alert>
      )}
      {denial && <DenialCard key={denial.message} denial={denial} account={account} />}
    </Stack>
  )
}
