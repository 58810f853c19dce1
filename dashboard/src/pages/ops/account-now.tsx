import { Button, Stack, TextInput } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useMemo, useState } from 'react'
import {
  Credits,
  Entitlements,
  Features,
  GrantCredits,
  OverrideEntitlement,
  RevokeOverride,
  type CreditsData,
  type EntitlementFields,
} from '@stackgate/client/documents'
import { useOperation } from '../../session/use-operation.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date, label } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { usageWords } from '../../words/en/usage.js'

const texts = operationsWords.look

/** Entitlements and credits of an account, with what an operator can grant. */
export function AccountNow({ account }: { readonly account: string }) {
  return (
    <Stack>
      <FeaturePanel account={account} />
      <CreditPanel account={account} />
    </Stack>
  )
}

const limitOf = ({ feature, granted, unlimited, limit }: EntitlementFields): string => {
  if (feature.kind === 'BOOLEAN') return granted ? usageWords.included : usageWords.notIncluded
  return unlimited ? texts.unlimited : count(limit ?? 0)
}

const featureColumns = (onRevoke: (row: EntitlementFields) => void): readonly Column<EntitlementFields>[] => [
  { name: texts.feature, cell: ({ feature }) => feature.name },
  { name: texts.limit, isNumber: true, cell: limitOf },
  { name: texts.used, isNumber: true, cell: ({ feature, used }) => (feature.kind === 'BOOLEAN' ? '' : count(used)) },
  {
    name: texts.from,
    cell: ({ sources }) => sources.map(({ kind, code }) => `${label(kind)} ${code}`).join(', '),
  },
  {
    name: texts.act,
    cell: (row) =>
      row.sources.some(({ kind }) => kind === 'OVERRIDE') && (
        <Button size="compact-xs" variant="default" aria-haspopup="dialog" onClick={() => onRevoke(row)}>
          {texts.revokeOverride}
        </Button>
      ),
  },
]

function FeaturePanel({ account }: { readonly account: string }) {
  const entitlements = useOperation(Entitlements, { account })
  const [isOverriding, setOverriding] = useState(false)
  const [revoked, setRevoked] = useState<EntitlementFields | null>(null)
  const columns = useMemo(() => featureColumns(setRevoked), [])
  const rows = entitlements.data?.account?.entitlements ?? []
  return (
    <Panel
      title={texts.features}
      query={entitlements}
      actions={
        <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setOverriding(true)}>
          {texts.override}
        </Button>
      }
    >
      {() => (
        <>
          <DataTable
            name={texts.features}
            columns={columns}
            pages={allAtOnce(entitlements, rows)}
            empty={texts.noFeatures}
          />
          {isOverriding && <OverrideDialog account={account} rows={rows} onClose={() => setOverriding(false)} />}
          {revoked && <RevokeDialog account={account} row={revoked} onClose={() => setRevoked(null)} />}
        </>
      )}
    </Panel>
  )
}

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

function OverrideDialog({
  account,
  rows,
  onClose,
}: FeatureDialogProps & { readonly rows: readonly EntitlementFields[] }) {
  const override = usePageAction(OverrideEntitlement, onClose)
  const features = rows.map(({ feature }) => feature)
  const [code, setCode] = useState(features[0]?.code ?? '')
  const [amount, setAmount] = useState('')
  const [until, setUntil] = useState('')
  const isCounted = features.find((feature) => feature.code === code)?.kind !== 'BOOLEAN'
  return (
    <ActDialog
      title={texts.override}
      effect={texts.overrideEffect}
      confirm={texts.override}
      action={override}
      onConfirm={(reason) =>
        override.run({
          accountId: account,
          feature: code,
          reason,
          ...(isCounted && (amount === '' ? { unlimited: true } : { amount: Number(amount) })),
          ...(until && { until: `${until}T00:00:00Z` }),
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

function RevokeDialog({
  account,
  row: { feature },
  onClose,
}: FeatureDialogProps & { readonly row: EntitlementFields }) {
  const revoke = usePageAction(RevokeOverride, onClose)
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

type CreditRow = NonNullable<NonNullable<CreditsData['account']>['credits']>[number]

const CREDIT_COLUMNS: readonly Column<CreditRow>[] = [
  { name: texts.creditFeature, cell: ({ feature }) => feature.name },
  { name: texts.granted, isNumber: true, cell: ({ granted }) => count(granted) },
  { name: texts.used, isNumber: true, cell: ({ used }) => count(used) },
  { name: texts.remaining, isNumber: true, cell: ({ remaining }) => count(remaining) },
  { name: texts.expires, isShort: true, cell: ({ nextExpiry }) => nextExpiry && date(nextExpiry) },
]

function CreditPanel({ account }: { readonly account: string }) {
  const credits = useOperation(Credits, { account })
  const [isGranting, setGranting] = useState(false)
  const features = useOperation(Features, {})
  const grantable = (features.data?.features ?? []).filter(({ kind }) => kind === 'CREDIT' || kind === 'QUOTA')
  const rows = credits.data?.account?.credits ?? []
  return (
    <Panel
      title={texts.credits}
      query={credits}
      actions={
        grantable.length > 0 && (
          <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setGranting(true)}>
            {texts.grant}
          </Button>
        )
      }
    >
      {() => (
        <>
          <DataTable
            name={texts.credits}
            columns={CREDIT_COLUMNS}
            pages={allAtOnce(credits, rows)}
            empty={texts.noCredits}
            keyOf={({ feature }) => feature.id}
          />
          {isGranting && <GrantDialog account={account} features={grantable} onClose={() => setGranting(false)} />}
        </>
      )}
    </Panel>
  )
}

interface GrantDialogProps extends FeatureDialogProps {
  readonly features: readonly { readonly code: string; readonly name: string }[]
}

function GrantDialog({ account, features, onClose }: GrantDialogProps) {
  const grant = usePageAction(GrantCredits, onClose)
  const [code, setCode] = useState(features[0]?.code ?? '')
  const [amount, setAmount] = useState('')
  const [days, setDays] = useState('')
  return (
    <ActDialog
      title={texts.grant}
      effect={texts.grantEffect}
      confirm={texts.grant}
      action={grant}
      onConfirm={(reason) =>
        grant.run({
          accountId: account,
          feature: code,
          amount: Number(amount),
          reason,
          ...(days !== '' && { validForDays: Number(days) }),
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
