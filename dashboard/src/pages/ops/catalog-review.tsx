import IconEqual from 'icon:equal'
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { Suspense, useState, type ReactNode } from 'react'
import {
  CatalogCheck,
  CatalogTexts,
  PublishCatalog,
  type CatalogCheckData,
  type CatalogDraftFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { count, money } from '../../ui/format.js'
import { Hint } from '../../ui/hint.js'
import { Panel } from '../../ui/panel.js'
import { toast } from '../../ui/toast.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { catalogEditorWords } from '../../words/en/catalog-editor.js'
import { operationsWords } from '../../words/en/operations.js'

const LineDiff = lazyPart(() => import('../../ui/line-diff.js'), 'default')
/** It brings the code that reads YAML. */
const CatalogChanges = lazyPart(() => import('./catalog-changes.js'), 'CatalogChanges')

const texts = catalogEditorWords
type Check = NonNullable<CatalogCheckData['catalogCheck']>
type Effect = NonNullable<Check['preview']>['effects'][number]

const moneyText = (amounts: Effect['before']): string => amounts.map(money).join(', ') || texts.none

const EFFECT_COLUMNS: readonly Column<Effect>[] = [
  { name: texts.product, by: ({ name, isRemoved }) => (isRemoved ? `${name} (${texts.removed})` : name) },
  {
    name: texts.customers,
    isNumber: true,
    by: ({ accountCount, paymentCount }) => accountCount + paymentCount,
    cell: ({ isPlan, accountCount, movedCount, paymentCount }) =>
      isPlan
        ? texts.moved(count(movedCount), count(accountCount), accountCount === 1)
        : texts.payments(count(paymentCount), paymentCount === 1),
  },
  {
    name: texts.revenueNow,
    place: 'line',
    isNumber: true,
    by: ({ before }) => before[0],
    cell: ({ before }) => moneyText(before),
  },
  {
    name: texts.revenueAfter,
    place: 'line',
    isNumber: true,
    by: ({ after }) => after[0],
    cell: ({ after }) => moneyText(after),
  },
]

interface Step {
  readonly where: string
  readonly description: string
}

const STEP_COLUMNS: readonly Column<Step>[] = [
  { name: texts.where, isShort: true, by: ({ where }) => where },
  { name: texts.step, isLong: true, by: ({ description }) => description },
]

interface CatalogReviewProps {
  readonly mayWrite: boolean
  readonly yaml: string
  /** Number of the version that it replaces. */
  readonly after: number
  /** True if the text or the current version has changed since. */
  readonly isOutdated: boolean
  readonly onPublished: (draft: CatalogDraftFields) => void
  /** Returns to the text. */
  readonly onClose: () => void
}

/** The effect of a publication of a text, and the publication. */
export function CatalogReview({ yaml, mayWrite, after, isOutdated, onPublished, onClose }: CatalogReviewProps) {
  const query = useOperation(CatalogCheck, { yaml })
  const [isPublishing, setPublishing] = useState(false)
  const publish = usePageAction(PublishCatalog, (draft) => {
    setPublishing(false)
    toast({ text: texts.published(count(draft.versions[0]!.number)) })
    onPublished(draft)
  })
  const check = query.data?.catalogCheck
  const isReady = !isOutdated && check?.preview != null
  return (
    <Panel
      title={texts.changes}
      query={query}
      height={320}
      actions={
        mayWrite && (
          <Button aria-haspopup="dialog" disabled={!isReady} onClick={() => setPublishing(true)}>
            {texts.publish}
          </Button>
        )
      }
    >
      {({ catalogCheck }) => (
        <Stack>
          {isOutdated && <Alert color="orange">{texts.outdated}</Alert>}
          {catalogCheck && <Review yaml={yaml} check={catalogCheck} onClose={onClose} />}
          {isPublishing && (
            <ActDialog
              title={texts.publishTitle(count(after + 1))}
              effect={texts.publishEffect}
              confirm={texts.publish}
              isDangerous={check?.preview?.effects.some(({ isRemoved }) => isRemoved) ?? false}
              action={publish}
              onConfirm={(reason) => publish.run({ yaml, after, reason })}
              onClose={() => setPublishing(false)}
            />
          )}
        </Stack>
      )}
    </Panel>
  )
}

interface ReviewProps extends Pick<CatalogReviewProps, 'yaml' | 'onClose'> {
  readonly check: Check
}

function Review({ yaml, check: { changes, preview }, onClose }: ReviewProps) {
  const stored = useOperation(CatalogTexts, {})
  const current = stored.data?.catalogDraft?.versions[0]?.text
  if (current === yaml)
    return (
      <Empty
        icon={IconEqual}
        title={texts.sameTitle}
        act={
          <Button variant="default" onClick={onClose}>
            {texts.edit}
          </Button>
        }
      >
        {texts.same}
      </Empty>
    )
  const steps: readonly Step[] = [
    ...(preview?.steps ?? []).map((description) => ({ where: texts.here, description })),
    ...(preview?.providerSteps ?? []).map(({ provider, description }) => ({
      where: operationsWords.providers[provider] ?? provider,
      description,
    })),
  ]
  return (
    <>
      {current !== undefined && (
        <Suspense fallback={<Skeleton height={240} />}>
          <LineDiff name={texts.changedLines} before={current} after={yaml} />
          <CatalogChanges changes={changes} before={current} after={yaml} />
        </Suspense>
      )}
      <Part name={texts.effects} hint={texts.effectsText}>
        <DataTable
          name={texts.effects}
          columns={EFFECT_COLUMNS}
          pages={allRead(preview?.effects ?? [])}
          empty={texts.noEffects}
          keyOf={({ code }) => code}
        />
      </Part>
      {steps.length === 0 ? (
        <Text size="sm">{texts.noSteps}</Text>
      ) : (
        <details>
          <summary>{texts.stepsAt(steps.length, [...new Set(steps.map(({ where }) => where))].join(', '))}</summary>
          <DataTable
            name={texts.steps}
            columns={STEP_COLUMNS}
            pages={allRead(steps)}
            empty={texts.noSteps}
            keyOf={({ where, description }) => `${where} ${description}`}
          />
        </details>
      )}
    </>
  )
}

interface PartProps {
  readonly name: string
  readonly hint?: string
  readonly children: ReactNode
}

const Part = ({ name, hint, children }: PartProps) => (
  <Stack gap="xs">
    <Group gap={4}>
      <Text fw={500}>{name}</Text>
      {hint && <Hint of={name}>{hint}</Hint>}
    </Group>
    {children}
  </Stack>
)
