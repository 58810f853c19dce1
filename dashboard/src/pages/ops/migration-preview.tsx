import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { PlanMigrationSkipReason } from '@stackgate/client'
import { MigratePlan, Plans, PreviewPlanMigration, type PreviewPlanMigrationData } from '@stackgate/client/documents'
import { acceptedPreview, type AcceptedPreview } from '../../session/accepted-preview.js'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date } from '../../ui/format.js'
import { Panel, PanelContent } from '../../ui/panel.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { catalogWords } from '../../words/en/catalog.js'

const texts = catalogWords
type Preview = AcceptedPreview<NonNullable<PreviewPlanMigrationData['previewPlanMigration']>, 'lastScheduledChangeAt'>

/** Previews a migration before it is started. The plan is in the address. */
export function MigrationPreview() {
  const [plan, setPlan] = useFilter('plan')
  const plans = useOperation(Plans, {})
  const preview = useOperation(PreviewPlanMigration, { plan }, { enabled: plan !== '' })
  return (
    <Panel title={texts.preview} query={plans}>
      {({ plans: all }) => (
        <>
          <Text size="sm">{texts.previewIntro}</Text>
          <Select
            maw={320}
            label={texts.plan}
            data={all.map(({ code, name }) => ({ value: code, label: name }))}
            value={plan || null}
            onChange={setPlan}
          />
          {plan && (
            <PanelContent query={preview}>
              {({ previewPlanMigration: found }) => {
                const result = acceptedPreview(found)
                return result ? (
                  <Changes preview={result} key={result.plan.code} />
                ) : (
                  <Text role="alert">{found?.denial?.message}</Text>
                )
              }}
            </PanelContent>
          )}
        </>
      )}
    </Panel>
  )
}

const GROUP_COLUMNS: readonly Column<Preview['groups'][number]>[] = [
  {
    name: texts.fromVersion,
    isNumber: true,
    by: ({ fromVersion }) => fromVersion.number,
  },
  {
    name: texts.subscriptions,
    isNumber: true,
    by: ({ subscriptionCount }) => subscriptionCount,
  },
  {
    name: texts.before,
    isNumber: true,
    by: ({ amountBefore }) => amountBefore,
  },
  {
    name: texts.after,
    isNumber: true,
    by: ({ amountAfter }) => amountAfter,
  },
  {
    name: texts.first,
    isShort: true,
    by: ({ firstEffectiveAt }) => firstEffectiveAt,
    cell: ({ firstEffectiveAt }) => date(firstEffectiveAt),
  },
]

type Grant = Preview['featureChanges'][number]['before']

const grantText = (grant: Grant): string => {
  if (!grant?.enabled) return texts.priceNone
  if (grant.unlimited) return texts.unlimited
  return grant.amount === null ? texts.included : count(grant.amount)
}

const FEATURE_COLUMNS: readonly Column<Preview['featureChanges'][number]>[] = [
  { name: texts.feature, by: ({ feature }) => feature.name },
  {
    name: texts.before,
    isNumber: true,
    by: ({ before }) => grantText(before),
  },
  { name: texts.after, isNumber: true, by: ({ after }) => grantText(after) },
  {
    name: texts.subscriptions,
    isNumber: true,
    by: ({ subscriptionCount }) => subscriptionCount,
  },
]

const SKIPS = {
  CHANGE_IN_PROGRESS: 'changeInProgress',
  CHANGE_SCHEDULED: 'changeScheduled',
  ENDING: 'ending',
  ENDED: 'ended',
  NO_PRICE: 'noPrice',
  ALREADY_CURRENT: 'alreadyCurrent',
  NEWER_VERSION: 'newerVersion',
} as const satisfies Record<PlanMigrationSkipReason, keyof Preview>

/** Sentences about the subscriptions that move and those that do not. */
function sentencesOf(preview: Preview): string {
  const { subscriptionCount, migratableCount, lastScheduledChangeAt } = preview
  const skipped = (Object.keys(SKIPS) as PlanMigrationSkipReason[]).flatMap((reason) => {
    const number = preview[SKIPS[reason]]
    if (number === 0) return []
    const because = texts.leftOut[reason]
    const cause = typeof because === 'string' ? because : because(number, date(lastScheduledChangeAt!))
    return texts.without(number, count(number), cause)
  })
  return [texts.moves(migratableCount, subscriptionCount, count), ...skipped].join(' ')
}

interface PartProps<Row> {
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

const Part = <Row,>({ name, columns, rows, keyOf }: PartProps<Row>) =>
  rows.length > 0 && (
    <section aria-label={name}>
      <Title order={3} size="h5" mb="xs">
        {name}
      </Title>
      <DataTable name={name} columns={columns} pages={allRead(rows)} empty="" keyOf={keyOf} />
    </section>
  )

function Changes({ preview }: { readonly preview: Preview }) {
  const { plan, toVersion, subscriptionCount, migratableCount, groups, featureChanges } = preview
  return (
    <Stack>
      <Text fw={500}>{texts.previewOf(plan.name, count(toVersion.number))}</Text>
      <Text role="status">{subscriptionCount === 0 ? texts.upToDate : sentencesOf(preview)}</Text>
      <Part
        name={texts.groups}
        columns={GROUP_COLUMNS}
        rows={groups}
        keyOf={(row) =>
          `${row.fromVersion.id}${row.amountBefore.decimal}${row.amountAfter.decimal}${row.firstEffectiveAt}`
        }
      />
      <Part
        name={texts.features}
        columns={FEATURE_COLUMNS}
        rows={featureChanges}
        keyOf={(row) => row.feature.id + grantText(row.before)}
      />
      {migratableCount > 0 && <Start code={plan.code} />}
    </Stack>
  )
}

/** The plan's code is typed: a migration changes what many people pay. */
function Start({ code }: { readonly code: string }) {
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const migrate = usePageAction(MigratePlan, ({ id }) => {
    void navigate({ to: `/ops/catalog/migrations/${id}` })
  })
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <TextInput
          label={texts.typeCode(code)}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button
          color="red"
          disabled={typed !== code}
          loading={migrate.isPending}
          onClick={() => migrate.run({ plan: code })}
        >
          {texts.run}
        </Button>
      </Group>
      <DenialAlert action={migrate} />
    </Stack>
  )
}
