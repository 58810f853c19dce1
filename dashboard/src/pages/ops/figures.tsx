import { Skeleton, Stack } from '@mantine/core'
import { Suspense } from 'react'
import { Installation } from '@stackgate/client/documents'
import { lazyPart } from '../../session/load-part.js'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { Tabs } from '../../ui/tabs.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { RangeBar, useTimeRange, type RangeOptions } from '../../ui/range-bar.js'
import { figuresWords } from '../../words/en/figures.js'

const texts = figuresWords

/** Ranges of business time that the figures have. */
const OPTIONS = {
  ranges: ['7d', '30d', '90d', '12m', 'month', 'last-month', 'custom'],
  initial: '12m',
} as const satisfies RangeOptions

/** Ranges with several whole months. */
const RANGES_OF_MONTHS = ['12m', 'custom'] as const satisfies RangeOptions['ranges']

const overTime = (name: keyof typeof import('./figures-over-time.js')) =>
  lazyPart(() => import('./figures-over-time.js'), name)
const ofProducts = (name: keyof typeof import('./figures-of-products.js')) =>
  lazyPart(() => import('./figures-of-products.js'), name)

const TABS = {
  recurring: overTime('RecurringFigures'),
  revenue: overTime('RevenueFigures'),
  churn: overTime('ChurnFigures'),
  cohorts: lazyPart(() => import('./cohort-figures.js'), 'CohortFigures'),
  conversion: overTime('ConversionFigures'),
  packages: ofProducts('PackageFigures'),
  credits: ofProducts('CreditFigures'),
  journal: lazyPart(() => import('./journal-figures.js'), 'JournalFigures'),
} as const
type Tab = keyof typeof TABS
const NAMES = Object.keys(TABS) as readonly Tab[]

/** Money of the whole business, as charts, tables and files. */
export function Figures() {
  const [chosen, choose] = useFilter('tab')
  const installation = useOperation(Installation, {})
  const tab: Tab = NAMES.includes(chosen as Tab) ? (chosen as Tab) : 'recurring'
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Tabs
        label={texts.tabs.label}
        tabs={NAMES.map((value) => ({ value, label: texts.tabs[value] }))}
        value={tab}
        onChange={choose}
      />
      <PanelContent query={installation}>
        {({ installation: { clock } }) => <Content tab={tab} now={clock.now} />}
      </PanelContent>
    </Stack>
  )
}

/** Figures over time are compared. Those by product are not. */
const IS_COMPARED: Readonly<Record<Tab, boolean>> = {
  recurring: true,
  revenue: true,
  churn: true,
  cohorts: false,
  conversion: true,
  packages: false,
  credits: false,
  journal: false,
}

function Content({ tab, now }: { readonly tab: Tab; readonly now: string }) {
  const ranges = tab === 'cohorts' ? RANGES_OF_MONTHS : OPTIONS.ranges
  const options = { ...OPTIONS, ranges, ...(!IS_COMPARED[tab] && { comparison: 'none' as const }) }
  const range = useTimeRange(now, options)
  const Tabbed = TABS[tab]
  return (
    <Stack>
      {tab !== 'journal' && <RangeBar range={range} {...options} />}
      <Suspense fallback={<Section isBusy children={<Skeleton height={520} />} />}>
        <Tabbed range={range} now={now} />
      </Suspense>
    </Stack>
  )
}
