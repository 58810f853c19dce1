import { Group, List } from '@mantine/core'
import { AccountEvents } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Empty } from '../../ui/empty.js'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { Panel } from '../../ui/panel.js'
import { words } from '../../words/en.js'

const TYPES = [
  'subscription.*',
  'negotiated_plan.*',
  'invoice.*',
  'payment.*',
  'purchase.*',
  'checkout.*',
  'credits.*',
  'top_up.*',
  'auto_top_up.*',
]
const SHOWN = 8

/** The latest events of payments and subscriptions. */
export function BillingHistory({ account }: { readonly account: string }) {
  const events = useOperation(AccountEvents, { account, types: TYPES, first: SHOWN })
  return (
    <Panel title={words.billing.history} query={events}>
      {({ account: found }) =>
        found?.billing?.events?.nodes.length ? (
          <>
            <List size="sm">
              {found.billing?.events.nodes.map(({ id, at, summary }) => (
                <List.Item key={id}>
                  <time dateTime={at}>{date(at)}</time>: {summary}
                </List.Item>
              ))}
            </List>
            <Group>
              <LinkAnchor to="/a/$account/activity" params={{ account }}>
                {words.billing.allHistory}
              </LinkAnchor>
            </Group>
          </>
        ) : (
          <Empty>{words.billing.noHistory}</Empty>
        )
      }
    </Panel>
  )
}
