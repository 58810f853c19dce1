import { Stack } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { Credits, Entitlements, type CreditsData, type EntitlementFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date, sourceText } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { usageWords } from '../../words/en/usage.js'
import { lazyPart } from '../../session/load-part.js'

const texts = operationsWords.look
const RevokeDialog = lazyPart(() => import('./account-dialogs.js'), 'RevokeDialog')

/** Entitlements and credits of an account. */
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

const hasOverride = ({ sources }: EntitlementFields): boolean => sources.some(({ kind }) => kind === 'OVERRIDE')

const FEATURE_COLUMNS: readonly Column<EntitlementFields>[] = [
  { name: texts.feature, by: ({ feature }) => feature.name },
  { name: texts.limit, isNumber: true, by: ({ limit, unlimited }) => (unlimited ? Infinity : limit), cell: limitOf },
  {
    name: texts.used,
    isNumber: true,
    by: ({ used }) => used,
    cell: ({ feature, used }) => (feature.kind === 'BOOLEAN' ? '' : count(used)),
  },
  {
    name: texts.from,
    by: ({ sources }) => sources.map(sourceText).join(', '),
    cell: ({ sources }) => sources.map(sourceText).join(', '),
  },
]

const revokeColumn = (onRevoke: (row: EntitlementFields) => void) =>
  actColumn<EntitlementFields>(
    ({ feature }) => feature.name,
    (row) => [hasOverride(row) && { name: texts.revokeOverride, isDangerous: true, onOpen: () => onRevoke(row) }],
  )

function FeaturePanel({ account }: { readonly account: string }) {
  const entitlements = useOperation(Entitlements, { account })
  const [revoked, setRevoked] = useState<EntitlementFields | null>(null)
  const rows = entitlements.data?.account?.usage?.entitlements ?? []
  const hasActs = rows.some(hasOverride)
  const columns = useMemo(() => [...FEATURE_COLUMNS, ...(hasActs ? [revokeColumn(setRevoked)] : [])], [hasActs])
  return (
    <Panel title={texts.features} query={entitlements}>
      {() => (
        <>
          <DataTable
            name={texts.features}
            columns={columns}
            pages={allAtOnce(entitlements, rows)}
            empty={texts.noFeatures}
          />
          <Suspense>
            {revoked && <RevokeDialog account={account} row={revoked} onClose={() => setRevoked(null)} />}
          </Suspense>
        </>
      )}
    </Panel>
  )
}

type CreditRow = NonNullable<NonNullable<NonNullable<CreditsData['account']>['usage']>['credits']>[number]

const CREDIT_COLUMNS: readonly Column<CreditRow>[] = [
  { name: texts.creditFeature, by: ({ feature }) => feature.name },
  { name: texts.granted, isNumber: true, by: ({ granted }) => granted },
  { name: texts.used, isNumber: true, by: ({ used }) => used },
  {
    name: texts.remaining,
    place: 'corner',
    isNumber: true,
    by: ({ remaining }) => remaining,
  },
  {
    name: texts.expires,
    isShort: true,
    by: ({ nextExpiresAt }) => nextExpiresAt,
    cell: ({ nextExpiresAt }) => nextExpiresAt && date(nextExpiresAt),
  },
]

function CreditPanel({ account }: { readonly account: string }) {
  const credits = useOperation(Credits, { account })
  const rows = credits.data?.account?.usage?.credits ?? []
  return (
    <Panel title={texts.credits} query={credits}>
      {() => (
        <DataTable
          name={texts.credits}
          columns={CREDIT_COLUMNS}
          pages={allAtOnce(credits, rows)}
          empty={texts.noCredits}
          keyOf={({ feature }) => feature.id}
        />
      )}
    </Panel>
  )
}
