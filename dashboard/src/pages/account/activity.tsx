import { Table, Text } from '@mantine/core'
import { AccountEvents } from '@stackgate/client/documents'
import { useOperation } from '../../session/use-operation.js'
import { date } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { useAccount } from './account-pages.js'

/** Events of the account, the newest first. */
export function Activity() {
  const account = useAccount()
  const events = useOperation(AccountEvents, { account, except: ['usage.*'] })
  return (
    <>
      <PageHeading side={<LiveBadge />}>{words.activity.title}</PageHeading>
      <Panel query={events} height={300}>
        {({ account: found }) =>
          found?.events?.nodes.length ? (
            <Table.ScrollContainer
              minWidth={320}
              scrollAreaProps={{
                viewportProps: { tabIndex: 0, role: 'region', 'aria-label': words.table(words.activity.title) },
              }}
            >
              <Table>
                <Table.Tbody>
                  {found.events.nodes.map(({ id, at, summary }) => (
                    <Table.Tr key={id}>
                      <Table.Td w={180}>
                        <time dateTime={at}>{date(at)}</time>
                      </Table.Td>
                      <Table.Td>{summary}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          ) : (
            <Text>{words.activity.none}</Text>
          )
        }
      </Panel>
    </>
  )
}
