import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { Seats as SeatsDocument, type SeatsData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages, type ListPage } from '../../ui/use-cursor-pages.js'
import { seatWords } from '../../words/en/seats.js'
import { lazyPart } from '../../session/load-part.js'

const dialog = <Name extends keyof typeof import('./seat-dialogs.js')>(name: Name) =>
  lazyPart(() => import('./seat-dialogs.js'), name)
const AssignDialog = dialog('AssignDialog')
const MoveDialog = dialog('MoveDialog')
const FreeDialog = dialog('FreeDialog')

/** Seats of a feature, with the first page of the users who have one. */
export type SeatLicense = NonNullable<NonNullable<SeatsData['account']>['usage']>['seats'][number]

/** A user by ID and shown name. */
export interface SeatUser {
  readonly id: string
  readonly name: string
}

const texts = seatWords

interface SeatsProps {
  readonly account: string
  readonly mayManage: boolean
}

const licensesOf = ({ account }: SeatsData): readonly SeatLicense[] => account?.usage?.seats ?? []

/** Licenses that owners and admins assign to members, for catalogs that have any. */
export function Seats({ account, mayManage }: SeatsProps) {
  const query = useOperation(SeatsDocument, { account })
  return (
    <Panel title={texts.title} query={query} height={80}>
      {(data) => (
        <Stack gap="lg">
          {licensesOf(data).map((license) => (
            <License key={license.feature.code} account={account} license={license} mayManage={mayManage} />
          ))}
        </Stack>
      )}
    </Panel>
  )
}

interface LicenseProps extends SeatsProps {
  readonly license: SeatLicense
}

function License({ account, license, mayManage }: LicenseProps) {
  const { feature, limit, assignedCount: assigned } = license
  const [isAssigning, setAssigning] = useState(false)
  const [opened, setOpened] = useState<{ readonly holder: Holder; readonly Dialog: typeof FreeDialog } | null>(null)
  const pages = useCursorPages(SeatsDocument, { account, feature: feature.code }, (data) =>
    holdersOf(licensesOf(data)[0]),
  )
  const columns = useMemo(
    (): readonly Column<Holder>[] => [
      { name: texts.columns.person, by: ({ name }) => name },
      { name: texts.columns.since, by: ({ assignedAt }) => assignedAt, cell: ({ assignedAt }) => date(assignedAt) },
      ...(mayManage
        ? [
            actColumn<Holder>(
              ({ name }) => `${name}, ${feature.name}`,
              (holder) => [
                { name: texts.move, onOpen: () => setOpened({ holder, Dialog: MoveDialog }) },
                { name: texts.free, isDangerous: true, onOpen: () => setOpened({ holder, Dialog: FreeDialog }) },
              ],
            ),
          ]
        : []),
    ],
    [feature.name, mayManage],
  )
  return (
    <Stack gap="xs" component="section" aria-label={feature.name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {feature.name}
        </Title>
        {mayManage && (
          <Button
            size="compact-sm"
            aria-haspopup="dialog"
            aria-label={texts.assignTitle(feature.name)}
            onClick={() => setAssigning(true)}
          >
            {texts.assign}
          </Button>
        )}
      </Group>
      <Text size="sm">
        {limit === null
          ? texts.unlimited(count(assigned))
          : (assigned > limit ? texts.over : texts.used)(count(assigned), count(limit))}
      </Text>
      <DataTable name={feature.name} columns={columns} pages={pages} empty={texts.none} />
      <Suspense>
        {isAssigning && <AssignDialog account={account} feature={feature} onClose={() => setAssigning(false)} />}
        {opened && (
          <opened.Dialog account={account} feature={feature} holder={opened.holder} onClose={() => setOpened(null)} />
        )}
      </Suspense>
    </Stack>
  )
}

interface Holder extends SeatUser {
  readonly assignedAt: string
}

/** A page of users with a seat. Those who were deleted are left out. */
const holdersOf = (license: SeatLicense | undefined): ListPage<Holder> | undefined =>
  license && {
    nodes: license.holders.nodes.flatMap(({ user, assignedAt }) =>
      user ? [{ id: user.id, name: user.name, assignedAt }] : [],
    ),
    pageInfo: license.holders.pageInfo,
  }
