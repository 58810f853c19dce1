import { Deployments } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { Panel } from '../../ui/panel.js'
import { ShortList } from '../../ui/short-list.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { usageWords } from '../../words/en/usage.js'
import { DeploymentStatusBadge } from '../deployments/status.js'

const FIRST = 10

/** The deployments that use the limits of the account. Stopped ones do not count. */
export function DeploymentsInUse({ account }: { readonly account: string }) {
  const query = useOperation(Deployments, { account, filter: { statuses: ['ACTIVE', 'PENDING'] }, first: FIRST })
  return (
    <Panel title={usageWords.deployments} query={query} height={120}>
      {({ account: found }) => (
        <ShortList
          name={usageWords.deployments}
          items={(found?.deployments?.nodes ?? []).map(({ id, hash, name, template, status, startedAt }) => ({
            id,
            title: (
              <LinkAnchor to="/a/$account/deployments/$hash" params={{ account, hash }} inherit fw={500}>
                {name}
              </LinkAnchor>
            ),
            note: [template && template.name !== name && template.name, date(startedAt)].filter(Boolean).join(' · '),
            side: <DeploymentStatusBadge status={status} />,
          }))}
          empty={deploymentWords.none}
        />
      )}
    </Panel>
  )
}
