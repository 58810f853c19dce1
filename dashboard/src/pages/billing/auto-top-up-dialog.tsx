import { Alert, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type FormEvent } from 'react'
import { PreviewAutoTopUp, SetAutoTopUp, type PreviewAutoTopUpData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { DenialCard } from '../../ui/denial-card.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { count, money } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { PanelContent } from '../../ui/panel.js'
import { Select } from '../../ui/select.js'
import { topUpWords } from '../../words/en/top-ups.js'
import { grantOf, type AutoTopUp, type Pack } from './auto-top-ups.js'

const texts = topUpWords
/** The preview reads the payment method at the provider. */
const TYPING_MS = 300

interface AutoTopUpDialogProps {
  readonly account: string
  /** Packs to choose from. */
  readonly packs: readonly Pack[]
  /** The automatic top-up that is changed. Null for a new one. */
  readonly auto: AutoTopUp | null
  readonly onClose: () => void
}

/** Chooses the pack and the threshold, with the price before it is agreed to. */
export function AutoTopUpDialog({ account, packs, auto, onClose }: AutoTopUpDialogProps) {
  const offered = auto ? packs.filter((pack) => grantOf(pack)?.feature.code === auto.feature.code) : packs
  const [code, setCode] = useState(offered.find((each) => each.code === auto?.package)?.code ?? offered[0]?.code ?? '')
  const pack = offered.find((each) => each.code === code)
  const grant = pack && grantOf(pack)
  const [quantity, setQuantity] = useState(String(auto?.quantity ?? 1))
  const [threshold, setThreshold] = useState(String(auto?.threshold ?? Math.ceil((grant?.amount ?? 10) / 10)))
  const [maxPerMonth, setMaxPerMonth] = useState(String(auto?.maxPerMonth ?? 3))
  const terms = {
    package: code,
    quantity: Math.trunc(Number(quantity)),
    threshold: Math.trunc(Number(threshold)),
    maxPerMonth: Math.trunc(Number(maxPerMonth)),
  }
  const [shown] = useDebouncedValue(terms, TYPING_MS)
  const preview = useOperation(PreviewAutoTopUp, { account, terms: shown }, { keepsPrevious: true })
  const save = useAction(SetAutoTopUp, onClose)
  const isPreviewed = !preview.isPlaceholderData && JSON.stringify(shown) === JSON.stringify(terms)
  const effect = preview.data?.previewAutoTopUp
  const price = isPreviewed && effect?.allowed ? effect.price : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!price) return
    const { amountMinor, currency } = price
    save.run({ accountId: account, ...terms, price: { amountMinor, currency } })
  }
  return (
    <Dialog title={auto ? texts.named(auto.feature.name) : texts.setTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Select
            label={texts.pack}
            data-autofocus
            data={offered.map((each) => ({ value: each.code, label: each.name }))}
            value={code}
            onChange={(value) => setCode(value ?? code)}
          />
          <NumberField label={texts.quantity} isRequired min={1} value={quantity} onChange={setQuantity} />
          <NumberField
            label={texts.threshold(grant?.feature.name ?? '')}
            isRequired
            min={1}
            value={threshold}
            onChange={setThreshold}
          />
          <NumberField label={texts.maxPerMonth} isRequired min={1} value={maxPerMonth} onChange={setMaxPerMonth} />
          <PanelContent query={preview} height={110}>
            {({ previewAutoTopUp: found }) => found && <Effect effect={found} account={account} />}
          </PanelContent>
          <FormFooter
            outcome={save}
            account={account}
            cancel={texts.cancel}
            submit={price ? texts.agree(money(price)) : texts.save}
            isDisabled={!price}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}

type Effect = NonNullable<PreviewAutoTopUpData['previewAutoTopUp']>

/** Price and first effect of the terms, or the reason of their refusal. */
function Effect({ effect, account }: { readonly effect: Effect; readonly account: string }) {
  const { denial, feature, price, maxPricePerMonth, units, balance, chargesNow, paymentMethod } = effect
  return (
    <Stack gap="xs" component="section" aria-label={texts.preview}>
      {feature && price && units !== null && (
        <Text fw={600}>{texts.each(count(units), feature.name, money(price))}</Text>
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
