import { Text } from '@mantine/core'
import { Deployments, Invoices, Subscription, Viewer } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { count } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { StepList, UnknownProgress } from './first-steps.js'

const texts = words.welcome.steps

/** The steps of the person's own account, live: what was done elsewhere counts as well. */
export function StepProgress() {
  const viewer = useOperation(Viewer, {})
  const account = viewer.data?.viewer?.account.id
  if (!account) return <UnknownProgress />
  return <Progress account={account} />
}

function Progress({ account }: { readonly account: string }) {
  const { session } = useSession()
  const done = useDoneSteps(account)
  return (
    <>
      <StepList done={done} />
      <Text size="sm" c="dimmed" mt="xs" role="status">
        {texts.progress(count(done.filter(Boolean).length), count(done.length), session?.email ?? '')}
      </Text>
    </>
  )
}

/** The steps of `words.welcome.steps.list`, in their order. */
function useDoneSteps(account: string): readonly boolean[] {
  const subscription = useOperation(Subscription, { account }).data?.account?.billing?.subscription
  const deployments = useOperation(Deployments, { account }).data?.account?.deployments?.nodes ?? []
  const invoices = useOperation(Invoices, { account }).data?.account?.billing?.invoices?.nodes ?? []
  const paid = invoices.filter(({ status }) => status === 'PAID')
  return [
    !!subscription,
    paid.length > 0,
    deployments.some(({ agent }) => agent),
    deployments.some(({ latestCommands }) => latestCommands.some(({ status }) => status === 'SUCCEEDED')),
    paid.length > 1,
  ]
}
