import { TextInput } from '@mantine/core'
import { useState } from 'react'
import {
  EndTerms,
  Entitlements,
  Features,
  GrantCredits,
  SetTerms,
  type EntitlementFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look

interface FeatureDialogProps {
  readonly account: string
  readonly onClose: () => void
}

const FeatureSelect = (props: {
  readonly name: string
  readonly features: readonly { readonly code: string; readonly name: string }[]
  readonly value: string
  readonly onChange: (code: string) => void
}) => (
  <Select
    label={props.name}
    data={props.features.map(({ code, name }) => ({ value: code, label: name }))}
    value={props.value}
    onChange={(code) => props.onChange(code ?? '')}
  />
)

/** Grants more of a feature, for a time or for good. */
export function OverrideDialog({ account, onClose }: FeatureDialogProps) {
  const override = usePageAction(SetTerms, onClose)
  const entitlements = useOperation(Entitlements, { account })
  const features = (entitlements.data?.account?.usage?.entitlements ?? []).map(({ feature }) => feature)
  const [chosen, setCode] = useState('')
  const code = chosen || (features[0]?.code ?? '')
  const [amount, setAmount] = useState('')
  const [until, setUntil] = useState('')
  const isCounted = features.find((feature) => feature.code === code)?.kind !== 'BOOLEAN'
  return (
    <ActDialog
      title={texts.override}
      effect={texts.overrideEffect}
      confirm={texts.override}
      isDisabled={code === ''}
      action={override}
      onConfirm={(reason) =>
        override.run({
          input: {
            accountId: account,
            feature: code,
            reason,
            ...(isCounted && (amount === '' ? { unlimited: true } : { amount: Number(amount) })),
            endsAt: until === '' ? null : `${until}T00:00:00Z`,
          },
        })
      }
      onClose={onClose}
    >
      <FeatureSelect name={texts.feature} features={features} value={code} onChange={setCode} />
      {isCounted && <NumberField label={texts.overrideAmount} min={0} value={amount} onChange={setAmount} />}
      <TextInput
        type="date"
        label={texts.until}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** Ends what was granted in addition. */
export function RevokeDialog({
  account,
  row: { feature },
  onClose,
}: FeatureDialogProps & { readonly row: EntitlementFields }) {
  const revoke = usePageAction(EndTerms, onClose)
  return (
    <ActDialog
      title={texts.revokeOverride}
      effect={texts.revokeOverrideEffect(feature.name)}
      confirm={texts.revokeOverride}
      isDangerous
      action={revoke}
      onConfirm={(reason) => revoke.run({ accountId: account, feature: feature.code, reason })}
      onClose={onClose}
    />
  )
}

/** Grants credits. */
export function GrantDialog({ account, onClose }: FeatureDialogProps) {
  const grant = usePageAction(GrantCredits, onClose)
  const all = useOperation(Features, {})
  const features = (all.data?.features ?? []).filter(({ kind }) => kind === 'CREDIT' || kind === 'QUOTA')
  const [chosen, setCode] = useState('')
  const code = chosen || (features[0]?.code ?? '')
  const [amount, setAmount] = useState('')
  const [days, setDays] = useState('')
  return (
    <ActDialog
      title={texts.grant}
      effect={texts.grantEffect}
      confirm={texts.grant}
      isDisabled={code === ''}
      action={grant}
      onConfirm={(reason) =>
        grant.run({
          input: {
            accountId: account,
            feature: code,
            amount: Number(amount),
            reason,
            ...(days !== '' && { validForDays: Number(days) }),
          },
        })
      }
      onClose={onClose}
    >
      <FeatureSelect name={texts.creditFeature} features={features} value={code} onChange={setCode} />
      <NumberField label={texts.amount} isRequired min={1} value={amount} onChange={setAmount} />
      <NumberField label={texts.validForDays} min={1} value={days} onChange={setDays} />
    </ActDialog>
  )
}
